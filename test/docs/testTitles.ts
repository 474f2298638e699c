/**
 * The names of the tests in a test file's text, as they are written there: the string that is the first argument of `it`, of one of
 * its members such as `it.effect`, or of what `it.each(…)` returned. Places for values, such as `$name`, stay as they are.
 */
export const testTitles = (source: string): ReadonlyArray<string> => [
  ...[...source.matchAll(direct)].map(([, , title = ""]) => title),
  ...[...source.matchAll(tables)].flatMap(({ index, 0: { length } }) => titleAfter(source.slice(index + length)))
]

const direct = /^\s*(?:yield\* )?it(?:\.(?!each\b)\w+)*\(\s*(["`])((?:(?!\1)[^\\]|\\.)*)\1\s*,/gmu
const tables = /^\s*it(?:\.\w+)*\.each\(/gmu
const title = /^\(\s*(["`])((?:(?!\1)[^\\]|\\.)*)\1\s*,/u

const titleAfter = (rest: string): ReadonlyArray<string> => {
  const end = closing(rest)
  const [, , found] = title.exec(rest.slice(end)) ?? []
  return found === undefined ? [] : [found]
}

const closing = (text: string) => {
  let depth = 1
  for (const { 0: token, index } of text.matchAll(/(["'`])(?:(?!\1)[^\\]|\\.)*\1|[()]/gu)) {
    depth += token === "(" ? 1 : token === ")" ? -1 : 0
    if (depth === 0) return index + 1
  }
  return text.length
}
