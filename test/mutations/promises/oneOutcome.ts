import type { Mutant } from "../Mutant.ts"

/** Jobs with no outcome, with two, or with one that is not so. */
export const oneOutcome: ReadonlyArray<Mutant> = [
  {
    name: "no earlier outcome is looked up",
    file: "src/pipeline/handleJob.ts",
    text: "delivery.deliveredBefore ? yield* ledger.find(delivery.job.identity) : Option.none()",
    broken: "Option.none()",
    test: "test/pipeline/handleJob.test.ts",
    title: "announces the outcome that it has: no token is verified again, and nothing encrypted"
  },
  {
    name: "an outcome is announced and not recorded",
    file: "src/pipeline/handleJob.ts",
    text: "Effect.catch((error) => record(failed(error)))",
    broken: "Effect.catch((error) => Effect.succeed({ ...ref, position: 1, life: 1, outcome: failed(error) }))",
    test: "test/pipeline/handleJob.test.ts",
    title: "that fails with $tag is recorded and announced as that, and changes nothing"
  },
  {
    name: "a job that kills its process is run again for ever",
    file: "src/pipeline/handleJob.ts",
    text: "const poison = 3",
    broken: "const poison = Infinity",
    test: "test/pipeline/handleJob.test.ts",
    title: "is then run no more, and its user is told"
  },
  {
    name: "the outcome is committed before the update",
    file: "src/adapters/mysql2/version1/applyRoutine.ts",
    text: "      SAVEPOINT update_ledger;",
    broken: "      COMMIT; START TRANSACTION; SAVEPOINT update_ledger;",
    test: "test/adapters/mysql2/LedgerMySql.test.ts",
    title: "refuses $name, and nothing has changed"
  },
  {
    name: "a second outcome takes the place of the first",
    file: "src/adapters/mysql2/version1/recordRoutine.ts",
    text: "INSERT INTO update_ledger_outcomes",
    broken: "REPLACE INTO update_ledger_outcomes",
    test: "test/adapters/mysql2/LedgerMySql.test.ts",
    title: "keeps the first outcome of a job, whichever it is"
  }
]
