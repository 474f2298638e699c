import { errorsTable } from "./errors.ts"
import { eventsTables } from "./events.ts"
import { mutationsTable } from "./mutations.ts"
import { outcomesTable } from "./outcomes.ts"
import { variablesTable } from "./variables.ts"

/** The parts of the README that are made from the code. Each stands between `<!-- name -->` and `<!-- /name -->`. */
export const blocks = {
  variables: variablesTable,
  events: eventsTables,
  outcomes: outcomesTable,
  errors: errorsTable,
  mutations: mutationsTable
} as const satisfies Readonly<Record<string, () => string>>

/** The name of such a part. */
export type Block = keyof typeof blocks

/** What stands in the README under this name; absent where its marks are not there, once each. */
export const readBlock = (readme: string, name: Block): string | undefined => {
  const [before, inside, ...more] = readme.split(new RegExp(`^<!-- /?${name} -->$`, "mu"))
  return before === undefined || inside === undefined || more.length !== 1 ? undefined : inside
}

/** The README with every such part made anew. Throws where one has no place in it. */
export const fillBlocks = (readme: string): string =>
  Object.keys(blocks).reduce((text, name) => fill(text, name as Block), readme)

const fill = (readme: string, name: Block): string => {
  const old = readBlock(readme, name)
  if (old === undefined)
    throw new Error(`The README needs <!-- ${name} --> and <!-- /${name} -->, each once on a line of its own`)
  const open = `<!-- ${name} -->`
  return readme.replace(`${open}${old}`, () => `${open}\n\n${blocks[name]()}\n\n`)
}
