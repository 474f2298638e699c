import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import { sentences } from "../../src/domain/Outcome.ts"
import { until } from "../support/until.ts"

interface Demo {
  readonly child: ChildProcess
  readonly output: () => string
  /** The exit code, once it has ended. */
  readonly ended: Effect.Effect<number>
  /** Processes and files that carry the mark of this run. */
  readonly leftovers: () => ReadonlyArray<string>
}

/** Starts the demo as a terminal does: in a process group of its own. Whatever it starts inherits its temporary folder, as a mark. */
const startDemo = (...args: ReadonlyArray<string>): Effect.Effect<Demo, never, Scope.Scope> =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "demo-test-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
    )
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, [join(import.meta.dirname, "../../src/local/demo.ts"), ...args], {
          detached: true,
          stdio: ["ignore", "pipe", "pipe"],
          env: { ...process.env, TMPDIR: folder }
        })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    const texts: Array<string> = []
    child.stdout.on("data", (text) => texts.push(String(text)))
    child.stderr.on("data", (text) => texts.push(String(text)))
    const exit = once(child, "exit")
    return {
      child,
      output: () => texts.join(""),
      ended: Effect.promise(async () => Number((await exit)[0])),
      leftovers: () => [...marked(folder), ...readdirSync(folder).filter((file) => file !== "node-compile-cache")]
    }
  })

const marked = (mark: string) =>
  readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/u.test(pid) && readFileSync(`/proc/${pid}/environ`, "utf8").includes(`TMPDIR=${mark}`)
    } catch {
      return false
    }
  })

describe("npm run demo", () => {
  it.live("shows the four sentences and the rows, ends with 0 and leaves nothing behind", () =>
    Effect.gen(function* () {
      const demo = yield* startDemo()
      assert.strictEqual(yield* demo.ended, 0)
      for (const { Message } of Object.values(sentences)) assert.include(demo.output(), JSON.stringify(Message))
      assert.include(demo.output(), `"Name":"Ada Lovelace"`)
      assert.include(demo.output(), `"Phone":"0912345678"`)
      assert.deepStrictEqual(demo.leftovers(), [])
    }).pipe(Effect.scoped)
  )

  const moments = ["1. Starting", "Redis  ", "database  ", "encryption  ", "token issuer", "the service  ", "enqueued"]

  it.live.each(moments.map((moment) => ({ moment })))(
    "leaves nothing behind when Ctrl-C comes, twice, at '$moment'",
    ({ moment }) =>
      Effect.gen(function* () {
        const demo = yield* startDemo()
        yield* until(Effect.sync(demo.output), (output) => output.includes(moment))
        process.kill(-(demo.child.pid ?? 0), "SIGINT")
        process.kill(-(demo.child.pid ?? 0), "SIGINT")
        assert.strictEqual(yield* demo.ended, 130)
        assert.deepStrictEqual(demo.leftovers(), [])
      }).pipe(Effect.scoped)
  )

  it.live("stays up with --keep, says what is where, and ends with Ctrl-C", () =>
    Effect.gen(function* () {
      const demo = yield* startDemo("--keep")
      yield* until(Effect.sync(demo.output), (output) => output.includes("good for an hour"))
      const [, api = ""] = /(http:\/\/\S+)\/docs/u.exec(demo.output()) ?? []
      const ready = yield* Effect.promise(() => fetch(`${api}/health/ready`).then((response) => response.json()))
      assert.deepStrictEqual(ready, { ready: true, parts: { redis: "ok", mysql: "ok", hub: "ok", worker: "ok" } })
      const docs = yield* Effect.promise(() => fetch(`${api}/docs`).then((response) => response.text()))
      assert.include(docs, "User update service")
      process.kill(-(demo.child.pid ?? 0), "SIGINT")
      assert.strictEqual(yield* demo.ended, 0)
      assert.deepStrictEqual(demo.leftovers(), [])
    }).pipe(Effect.scoped)
  )
})
