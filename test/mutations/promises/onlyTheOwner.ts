import type { Mutant } from "../Mutant.ts"

/** Tokens that open another account, or hold for too long. */
export const onlyTheOwner: ReadonlyArray<Mutant> = [
  {
    name: "a token's subject need not be the job's Id",
    file: "src/pipeline/updateUser.ts",
    text: `if (subject.id !== job.Id) return yield* new InvalidToken({ reason: "foreign" })`,
    broken: "",
    test: "test/pipeline/handleJob.test.ts",
    title: "with another user's token is refused, whatever a collation would call equal"
  },
  {
    name: "an Id need only be equal to a collation",
    file: "src/adapters/mysql2/version1/applyRoutine.ts",
    text: "IF v_exact = 0 OR v_count > 1 THEN",
    broken: "IF v_count = 0 OR v_count > 1 THEN",
    test: "test/adapters/mysql2/LedgerMySql.test.ts",
    title: "refuses $name, and nothing has changed"
  },
  {
    name: "a client may join any user's room",
    file: "src/adapters/socketio/joinRoom.ts",
    text: "if (userId !== undefined) return named === userId",
    broken: "",
    test: "test/adapters/socketio/HubServer.test.ts",
    title: "never lets a token's holder into another room, however it asks, over %s"
  },
  {
    name: "another user's token keeps a connection",
    file: "src/adapters/socketio/refreshToken.ts",
    text: "if (subject === undefined || refreshed?.userId !== subject.userId) return false",
    broken: "if (subject === undefined || refreshed === undefined) return false",
    test: "test/adapters/socketio/closeExpired.test.ts",
    title: "changes nothing for another user's token or a bad one"
  },
  {
    name: "a connection outlives its token",
    file: "src/adapters/socketio/closeExpired.ts",
    text: "if (data.subject !== undefined && hasExpired(data.subject, now, limits)) cut(conn)",
    broken: "if (data.subject === undefined && now < 0) cut(conn)",
    test: "test/adapters/socketio/closeExpired.test.ts",
    title: "keeps a client that shows a new token of its user, until that one expires"
  },
  {
    name: "a sealed field may stand beside a plain one of another value",
    file: "src/domain/SealedFields.ts",
    text: " || isContradicted(data, sealed, field)",
    broken: "",
    test: "test/domain/SealedFields.test.ts",
    title: "are refused where %s is plain too, with another value"
  }
]
