import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { aptGet, missingPackages } from "../../src/local/apt.ts"
import { withoutServices } from "../../src/local/policyRcD.ts"
import { run } from "../../src/local/processes.ts"

const database = { flavour: "MariaDB", server: "/s", install: "/i" } as const

describe("what apt installs", () => {
  it("is only what is missing", () => {
    assert.deepStrictEqual(missingPackages({ redis: "/r", database }), [])
    assert.deepStrictEqual(missingPackages({ redis: undefined, database }), ["redis-server"])
    assert.deepStrictEqual(missingPackages({ redis: "/r", database: undefined }), [
      "mariadb-server-core",
      "mariadb-client-core"
    ])
  })

  it("is installed without a question, and stopped gently", () => {
    const { args, env, stop } = aptGet("/folder", "install", "--yes", "redis-server")
    assert.deepStrictEqual(args.slice(-3), ["install", "--yes", "redis-server"])
    assert.strictEqual(env?.["TMPDIR"], "/folder")
    assert.strictEqual(env?.["DEBIAN_FRONTEND"], "noninteractive")
    assert.strictEqual(stop?.signal, "SIGINT")
  })
})

const policy = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "policy-test-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  ),
  (folder) => join(folder, "policy-rc.d")
)

const ask = (file: string) => Effect.flip(run({ name: "policy", file, args: ["redis-server", "start"] }))

describe("while packages are installed", () => {
  it.effect("no service may start, and afterwards there is no policy where there was none", () =>
    Effect.gen(function* () {
      const file = yield* policy
      const answer = yield* Effect.scoped(Effect.andThen(withoutServices(file), ask(file)))
      assert.include(answer.message, "exit code 101")
      assert.deepStrictEqual(readdirSync(dirname(file)), [])
    }).pipe(Effect.scoped)
  )

  it.effect("no service may start, and afterwards the policy that there was is back as it was", () =>
    Effect.gen(function* () {
      const file = yield* policy
      writeFileSync(file, "#!/bin/sh\nexit 102\n")
      chmodSync(file, 0o744)
      const answer = yield* Effect.scoped(Effect.andThen(withoutServices(file), ask(file)))
      assert.include(answer.message, "exit code 101")
      assert.strictEqual(readFileSync(file, "utf8"), "#!/bin/sh\nexit 102\n")
      assert.strictEqual(statSync(file).mode & 0o777, 0o744)
      assert.deepStrictEqual(readdirSync(dirname(file)), ["policy-rc.d"])
    }).pipe(Effect.scoped)
  )

  it.effect("what an earlier run left behind when it was killed is put right", () =>
    Effect.gen(function* () {
      const file = yield* policy
      yield* Effect.scoped(
        Effect.andThen(
          withoutServices(file),
          Effect.sync(() => writeFileSync(`${file}.copy`, readFileSync(file)))
        )
      )
      writeFileSync(file, readFileSync(`${file}.copy`))
      yield* Effect.scoped(withoutServices(file))
      assert.isFalse(existsSync(file))
    }).pipe(Effect.scoped)
  )
})
