import { basename } from "node:path"
import { promises } from "../mutations/Mutant.ts"
import { allMutants } from "../mutations/mutants.ts"
import { table } from "./table.ts"

/** Every way in which a promise is broken on purpose, and the test that then fails. */
export const mutationsTable = (): string =>
  table(
    ["promise", "what is broken", "test that goes red"],
    allMutants.map(({ name, promise, test, title }) => [
      `${promise} ${promises[promise]}`,
      name,
      `[${basename(test, ".test.ts")}](${test}) "${title}"`
    ])
  )
