import type { Mutant } from "../Mutant.ts"

/** Neighbours that are given up too soon, waited for too long, or asked too often. */
export const patient: ReadonlyArray<Mutant> = [
  {
    name: "the encryption service is asked once",
    file: "src/adapters/soap/EncryptorSoap.ts",
    text: "retryTransient(",
    broken: "(",
    test: "test/adapters/soap/EncryptorSoap.test.ts",
    title: "of status $status is asked for again"
  },
  {
    name: "the token service is asked once",
    file: "src/adapters/tokenapi/TokenVerifierApi.ts",
    text: "yield* ask(text, now).pipe(guarded, retryTransient)",
    broken: "yield* ask(text, now).pipe(guarded)",
    test: "test/adapters/tokenapi/TokenVerifierApi.test.ts",
    title: "tries again after %d"
  },
  {
    name: "MySQL is asked once",
    file: "src/adapters/mysql2/LedgerMySql.ts",
    text: `kind === "away" ||`,
    broken: "",
    test: "test/adapters/mysql2/LedgerMySql.test.ts",
    title: "waits for a server that is away, however long, and applies once it is back"
  },
  {
    name: "the deadline is ignored",
    file: "src/pipeline/updateUser.ts",
    text: ".pipe(deadline.bound(encryptionLate))",
    broken: "",
    test: "test/pipeline/handleJob.test.ts",
    title: "ends a wait for a neighbour that does not answer as $tag"
  },
  {
    name: "the backoff has no jitter",
    file: "src/domain/backoff.ts",
    text: "Duration.times(Duration.min(duration, longest), random)",
    broken: "Duration.min(duration, longest)",
    test: "test/domain/backoff.test.ts",
    title: "are uniform from nothing to the cap of their step, over 200 seeds, and never beyond the deadline"
  },
  {
    name: "Retry-After is not heard",
    file: "src/domain/retryAfter.ts",
    text: "if (left <= 0 || left > longest) return",
    broken: "if (left <= longest) return",
    test: "test/domain/retryAfter.test.ts",
    title: "are sent at no time before, spread over two seconds after: %d ms"
  },
  {
    name: "no breaker opens",
    file: "src/adapters/process/BreakersInProcess.ts",
    text: "yield* turn(neighbour, (open) => open.add(neighbour))",
    broken: "",
    test: "test/adapters/process/BreakersInProcess.test.ts",
    title: "a breaker opens at the first call that finds the neighbour away, and closes with any other answer"
  }
]
