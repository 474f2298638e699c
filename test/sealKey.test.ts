import { execFile } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseEnv } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { readSealKeys } from "../src/domain/SealKeys.ts"

const program = join(import.meta.dirname, "../src/sealKey.ts")

const run = (env: Readonly<Record<string, string>>) =>
  Effect.callback<{ readonly code: number; readonly output: string }>((resume) => {
    const done = (error: { readonly code?: unknown } | null, stdout: string, stderr: string) =>
      resume(Effect.succeed({ code: Number(error?.code ?? 0), output: stdout + stderr }))
    execFile(process.execPath, [program], { env }, done)
  })

/** The keys of what it printed, as `.env` would have it. */
const keysOf = (output: string) => {
  const { SEAL_PRIVATE_KEYS = "", SEAL_PUBLIC_KEY = "" } = parseEnv(output)
  const kids = readSealKeys(Redacted.make(SEAL_PRIVATE_KEYS))?.map(({ kid }) => kid)
  return { text: SEAL_PRIVATE_KEYS, kids, shown: JSON.parse(SEAL_PUBLIC_KEY) as Readonly<Record<string, string>> }
}

describe("npm run seal-key", () => {
  it.live("prints lines for .env: a new key, then the one that it replaces, and the new one for producers", () =>
    Effect.gen(function* () {
      const first = keysOf((yield* run({})).output)
      assert.deepStrictEqual(first.kids, [first.shown["kid"]])
      assert.sameMembers(Object.keys(first.shown), ["kty", "crv", "x", "y", "kid"])

      const second = keysOf((yield* run({ SEAL_PRIVATE_KEYS: first.text })).output)
      assert.deepStrictEqual(second.kids, [second.shown["kid"], first.shown["kid"]])

      const third = keysOf((yield* run({ SEAL_PRIVATE_KEYS: second.text })).output)
      assert.deepStrictEqual(third.kids, [third.shown["kid"], second.shown["kid"]])
    })
  )

  it.live("reads the current keys from a file, and needs no other variable", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "seal-key-"))),
        (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
      )
      const first = keysOf((yield* run({})).output)
      writeFileSync(join(folder, "keys"), `${first.text}\n`)
      const second = keysOf((yield* run({ SEAL_PRIVATE_KEYS_FILE: join(folder, "keys") })).output)
      assert.strictEqual(second.kids?.[1], first.shown["kid"])
    })
  )

  it.live("ends with 78 where the current keys are none, and quotes nothing of them", () =>
    Effect.gen(function* () {
      const { code, output } = yield* run({ SEAL_PRIVATE_KEYS: '{"keys":[{"d":"hunter2"}]}' })
      assert.strictEqual(code, 78)
      assert.include(output, "SEAL_PRIVATE_KEYS must be")
      assert.notInclude(output, "hunter2")
    })
  )
})
