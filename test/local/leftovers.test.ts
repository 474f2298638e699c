import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { isListening, until } from "./observe.ts"

const Ports = Schema.fromJsonString(Schema.Struct({ redis: Schema.Number, database: Schema.Number }))

const stack = join(import.meta.dirname, "fixtures", "stack.ts")

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "leftovers-test-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true, maxRetries: 10 }))
)

const startStack = (temporary: string, ...args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [stack, ...args], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, TMPDIR: temporary, LOCAL_SERVERS: "path" }
      })
    ),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

const ports = (child: ChildProcess) =>
  Effect.promise(async () => {
    assert.isNotNull(child.stdout)
    const [line] = await once(createInterface(child.stdout), "line")
    return Schema.decodeUnknownSync(Ports)(line)
  })

const neitherListens = ({ redis, database }: { readonly redis: number; readonly database: number }) =>
  Effect.map(Effect.all([isListening(redis), isListening(database)]), (open) => !open.includes(true))

describe("when the process that started the servers", () => {
  it.live.runIf(process.platform === "linux")("is killed by SIGKILL, no server is left (only Linux can promise that)", () =>
    Effect.gen(function* () {
      const child = yield* startStack(yield* folder)
      const found = yield* ports(child)
      assert.isTrue(yield* isListening(found.redis))
      assert.isTrue(yield* isListening(found.database))
      child.kill("SIGKILL")
      yield* until(neitherListens(found))
    }).pipe(Effect.scoped)
  )

  it.live("leaves by process.exit, no server and no folder is left", () =>
    Effect.gen(function* () {
      const temporary = yield* folder
      const child = yield* startStack(temporary, "leave")
      const exit = Effect.promise(() => once(child, "exit"))
      const [found, [code]] = yield* Effect.all([ports(child), exit], { concurrency: 2 })
      assert.strictEqual(code, 3)
      yield* until(neitherListens(found))
      assert.deepStrictEqual(readdirSync(temporary), [])
    }).pipe(Effect.scoped)
  )
})
