import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber } from "effect"
import { run, spawn } from "../../src/local/processes.ts"
import { inRealTime } from "../../src/local/realTime.ts"
import { isRunning, until } from "./observe.ts"

const script = (code: string) => ({ name: "script", file: process.execPath, args: ["-e", code] })

const stubborn = script("process.on('SIGTERM', () => {}); console.log('ready'); setTimeout(() => process.exit(9), 5000)")

describe("a program that is run", () => {
  it.effect("gives what it wrote", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* run(script("console.log('one'); console.error('two')")), "one\ntwo")
    })
  )

  it.effect("fails with its exit code and the last twelve lines that it wrote", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        run(script("for (let i = 1; i <= 5000; i++) console.log(`line ${i}`); process.exitCode = 7"))
      )
      assert.strictEqual(error.reason, "failed")
      assert.match(error.message, /^script failed \(exit code 7\):\nline 4989\n(?:line \d+\n){10}line 5000$/u)
    })
  )

  it.effect("fails where there is no such program", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(run({ name: "nothing", file: "no-such-program", args: [] }))
      assert.include(error.message, "nothing")
      assert.include(error.message, "no-such-program")
    })
  )

  it.live("is ended by an interruption, with all that it started", () =>
    Effect.gen(function* () {
      const ids = yield* Deferred.make<string>()
      const shell = { name: "shell", file: "/bin/sh", args: ["-c", "sleep 600 & echo $$ $!; wait"] }
      const fiber = yield* Effect.forkChild(
        Effect.scoped(
          Effect.gen(function* () {
            const process = yield* spawn(shell)
            yield* until(Effect.map(process.lastLines, (lines) => /\d+ \d+/u.test(lines)))
            yield* Deferred.succeed(ids, yield* process.lastLines)
            return yield* process.ended
          })
        )
      )
      const [leader, child] = (yield* Deferred.await(ids)).split(" ").map(Number)
      yield* Fiber.interrupt(fiber)
      assert.isFalse(isRunning(leader ?? 0))
      yield* until(Effect.sync(() => !isRunning(child ?? 0)))
    })
  )
})

describe("a process that runs until its scope closes", () => {
  it.effect("leads a process group of its own, out of reach of the terminal's Ctrl-C", () =>
    Effect.gen(function* () {
      const process = yield* spawn(script("console.log(process.pid); setInterval(() => {}, 1000)"))
      yield* until(Effect.map(process.lastLines, (lines) => lines === String(process.pid))).pipe(Effect.timeout("10 seconds"))
      assert.isTrue(isRunning(-process.pid))
    }).pipe(Effect.scoped, inRealTime)
  )

  it.effect("is killed where it does not end when asked to", () =>
    Effect.gen(function* () {
      const stop = { signal: "SIGTERM", grace: Duration.millis(100) } as const
      const process = yield* Effect.scoped(
        Effect.tap(spawn({ ...stubborn, stop }), ({ lastLines }) =>
          until(Effect.map(lastLines, (lines) => lines === "ready")).pipe(inRealTime)
        )
      )
      assert.deepStrictEqual(yield* process.ended, { ok: false, how: "SIGKILL" })
    })
  )
})
