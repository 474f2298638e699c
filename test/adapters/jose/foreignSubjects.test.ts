import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { makeHandleJob } from "../../../src/pipeline/handleJob.ts"
import { TokenVerifier } from "../../../src/services/TokenVerifier.ts"
import * as LedgerMemory from "../../../src/testing/LedgerMemory.ts"
import * as TestPipeline from "../../../src/testing/TestPipeline.ts"
import { delivery, jobData } from "../../support/deliveries.ts"
import { claims, now, token, ways } from "./ways.ts"

/** How a job ends that names `Id` and carries this token, and whether it changed anyone. */
const handled = Effect.fnUntraced(function* (Id: string, Token: string) {
  const { verify } = yield* TokenVerifier
  return yield* Effect.gen(function* () {
    yield* TestClock.setTime(now * 1000)
    const { outcome } = yield* (yield* makeHandleJob)(delivery({ ...jobData, Id, Token }))
    const { users } = yield* LedgerMemory.LedgerMemory
    return { outcome, changed: [...users.values()].some((row) => row !== undefined) }
  }).pipe(Effect.provide(TestPipeline.layer({ users: [Id], verify })))
})

const cannotBe: ReadonlyArray<unknown> = [1_234_567_890, ["1234567890"], { Id: "1234567890" }, true, null, "", undefined]
const isAnother = [
  "1234567891",
  "01234567890",
  "1234567890 ",
  " 1234567890",
  "１２３４５６７８９０",
  "1234567890\0",
  "1.23456789e9"
]
const sameToACollation = [
  { Id: "Ana", subject: "ana" },
  { Id: "ana", subject: "ANA" },
  { Id: "ana", subject: "Ana\u0301" },
  { Id: "strasse", subject: "straße" },
  { Id: "k", subject: "\u212A" }
]

describe.each(ways)("a job with a token of $algorithm", (way) => {
  layer(way.layer())("through the pipeline", (it) => {
    it.effect("updates the user whom the token names", () =>
      Effect.gen(function* () {
        const { outcome, changed } = yield* handled(claims.Id, token(way))
        assert.strictEqual(outcome.tag, "Updated")
        assert.isTrue(changed)
      })
    )

    const rows = [
      ...cannotBe.map((subject) => ({ id: "J22", Id: claims.Id, subject })),
      ...isAnother.map((subject) => ({ id: "J23", Id: claims.Id, subject })),
      ...sameToACollation.map(({ Id, subject }) => ({ id: "J22", Id, subject }))
    ]
    it.effect.each(rows)("is refused where the token's subject is not the job's Id: $id, $Id, $subject", ({ Id, subject }) =>
      Effect.gen(function* () {
        for (const members of [{ Id: subject }, { Id: undefined, sub: subject }, { Id, sub: subject ?? 1 }]) {
          const { outcome, changed } = yield* handled(Id, token(way, { ...claims, ...members }))
          assert.strictEqual(outcome.tag, "InvalidToken", JSON.stringify(members))
          assert.isFalse(changed)
        }
      })
    )
  })
})
