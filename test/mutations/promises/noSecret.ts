import type { Mutant } from "../Mutant.ts"

/** Secrets that stay, or are told. */
export const noSecret: ReadonlyArray<Mutant> = [
  {
    name: "what a job carried is not erased",
    file: "src/adapters/bull/guardScripts.ts",
    text: `redis.call("HSET", KEYS[3], "data", "{}")`,
    broken: "",
    test: "test/adapters/bull/JobQueueBull.test.ts",
    title: "leaves of a job that ended what its producer may read, and nothing that it carried"
  },
  {
    name: "a bug is logged with its message",
    file: "src/domain/describeBug.ts",
    text: "thrown instanceof Error ? thrown.constructor.name : typeof thrown",
    broken: "String(thrown)",
    test: "test/pipeline/handleJob.test.ts",
    title: "names the place of a bug, but not its message"
  },
  {
    name: "a user's name is not redacted",
    file: "src/domain/UpdateUserJob.ts",
    text: `Username: secret("Username", isText(100))`,
    broken: "Username: Schema.String",
    test: "test/domain/UpdateUserJob.test.ts",
    title: "is read with everything personal redacted"
  }
]
