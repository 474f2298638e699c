import { assert, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { TestClock } from "effect/testing"
import { untilRedisAnswers } from "../../../src/adapters/bull/untilRedisAnswers.ts"

const replyError = (text: string) => Object.assign(new Error(text), { name: "ReplyError", command: { args: ["a secret"] } })

/** What Redis may refuse a command with for now (redis.io, and its source), and what condemns the command. */
const rows: Readonly<Record<string, "tried again" | "a defect">> = {
  "BUSY Redis is busy running a script.": "tried again",
  "CLUSTERDOWN The cluster is down": "tried again",
  "LOADING Redis is loading the dataset in memory": "tried again",
  "MASTERDOWN Link with MASTER is down": "tried again",
  "MISCONF Redis is configured to save RDB snapshots": "tried again",
  "NOREPLICAS Not enough good replicas to write.": "tried again",
  "NOSCRIPT No matching script.": "tried again",
  "OOM command not allowed when used memory > 'maxmemory'.": "tried again",
  "READONLY You can't write against a read only replica.": "tried again",
  "TRYAGAIN Multiple keys request during rehashing of slot": "tried again",
  "UNBLOCKED the stream key no longer exists": "tried again",
  "ERR unknown command": "a defect",
  "WRONGTYPE Operation against a key holding the wrong kind of value": "a defect",
  "NOAUTH Authentication required.": "a defect",
  "WRONGPASS invalid username-password pair": "a defect",
  "NOPERM this user has no permissions": "a defect",
  "a secret": "a defect"
}

it.effect.each(Object.entries(rows))("an error of Redis that says %s is %s", ([text, meaning]) =>
  Effect.gen(function* () {
    let asked = 0
    const command = () => (++asked < 4 ? Promise.reject(replyError(text)) : Promise.resolve("answer"))
    const fiber = yield* Effect.forkChild(Effect.exit(untilRedisAnswers(command)))
    for (let turn = 0; turn < 20; turn++) {
      yield* TestClock.adjust("5 seconds")
      yield* Effect.promise(() => Promise.resolve())
    }
    const exit = fiber.pollUnsafe()
    const inner = exit?._tag === "Success" ? exit.value : undefined
    assert.strictEqual(asked, meaning === "tried again" ? 4 : 1)
    assert.strictEqual(inner !== undefined && Exit.isSuccess(inner), meaning === "tried again")
    assert.notInclude(String(inner), "secret")
  })
)

it.effect.each([
  new Error("Connection is closed."),
  new Error("Command timed out"),
  Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }),
  "not even an error"
])("no answer is tried again: %s", (thrown) =>
  Effect.gen(function* () {
    let asked = 0
    const fiber = yield* Effect.forkChild(
      untilRedisAnswers(() => (++asked < 4 ? Promise.reject(thrown) : Promise.resolve("answer")))
    )
    for (let turn = 0; turn < 20; turn++) {
      yield* TestClock.adjust("5 seconds")
      yield* Effect.promise(() => Promise.resolve())
    }
    assert.strictEqual(fiber.pollUnsafe()?._tag, "Success")
    assert.strictEqual(asked, 4)
  })
)
