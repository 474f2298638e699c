/** A Markdown table, not padded: the formatter does that. */
export const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => "---"), ...rows].map(line).join("\n")

/** What the cells of all tables in a text say, whatever spaces pad them. */
export const cellsIn = (markdown: string): ReadonlyArray<ReadonlyArray<string>> =>
  markdown
    .split("\n")
    .filter((text) => text.startsWith("|") && !/^[|\s-]+$/u.test(text))
    .map((text) => text.split(/(?<!\\)\|/u).map((cell) => cell.trim()))

/** A name of the code, as Markdown writes it. */
export const code = (name: string): string => `\`${name}\``

const line = (cells: ReadonlyArray<string>) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`
