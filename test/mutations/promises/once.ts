import type { Mutant } from "../Mutant.ts"

/** Updates that take effect twice. */
export const once: ReadonlyArray<Mutant> = [
  {
    name: "a job that has an outcome is applied again",
    file: "src/adapters/mysql2/version1/applyRoutine.ts",
    text: "IF v_exists THEN",
    broken: "IF FALSE THEN",
    test: "test/adapters/mysql2/LedgerMySql.test.ts",
    title: "applies a job once, however often it is delivered and at the same time"
  },
  {
    name: "each delivery is taken for another job",
    file: "src/domain/identify.ts",
    text: "JSON.stringify([queue.prefix, queue.name, id, timestamp])",
    broken: "JSON.stringify([queue.prefix, queue.name, id, timestamp, performance.now()])",
    test: "test/testing/TestPipeline.test.ts",
    title: "announces the outcome that a job has when it is delivered again"
  }
]
