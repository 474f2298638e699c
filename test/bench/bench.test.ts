import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { assert, it, onTestFinished } from "@effect/vitest"
import { measurements } from "./rows/table.ts"
import { short, whole } from "./support/extent.ts"
import { readFlags } from "./support/flags.ts"

it("measures each of its rows that is asked for, and nothing but numbers", async () => {
  const { rows } = JSON.parse(await bench("--short", "--only", "small", "--json", "-"))
  assert.deepStrictEqual(
    rows.map(({ key }: { readonly key: string }) => key),
    ["small.perSecond", "small.cpuPerJob"]
  )
  for (const { key, ours, beside, ratio, met } of rows) {
    for (const spread of [ours, beside, ratio])
      for (const number of Object.values(spread ?? {})) assert.isTrue(Number.isFinite(number), key)
    assert.isBoolean(met)
  }
}, 300_000)

it("writes the budget of a job", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  await bench("--profile", "--folder", folder, "--short")
  assert.match(readFileSync(join(folder, "budget.md"), "utf8"), /\| ledger \| [\d.]+ \|/u)
}, 300_000)

it("takes its extent from the command line, and refuses what is no extent", () => {
  const every = Object.keys(measurements) as Array<keyof typeof measurements>
  assert.deepInclude(readFlags([]), { what: "table", only: every, extent: whole, json: undefined })
  assert.deepInclude(readFlags(["--short"]), { short: true, extent: short })
  assert.deepStrictEqual(readFlags(["--rounds", "2", "--seconds=0.5"]).extent, { ...whole, rounds: 2, seconds: 0.5 })
  assert.deepStrictEqual(readFlags(["--only", "idle,small", "--only", "ledger"]).only, ["idle", "small", "ledger"])
  const { what, folder } = readFlags(["--plots", "here"])
  assert.deepStrictEqual([what, folder], ["plots", "here"])
  for (const what of ["growth", "profile"]) assert.strictEqual(readFlags([`--${what}`]).what, what)
  for (const args of [["--rounds", "0"], ["--jobs", "many"], ["--seconds=-1"], ["--rows", "Infinity"], ["--round", "2"]])
    assert.throws(() => readFlags(args))
  assert.throws(() => readFlags(["--only", "everything"]), /small/u)
})

const bench = async (...args: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "bench.ts"), ...args], { stdio: ["ignore", "pipe", "pipe"] })
  const [output, errors, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")])
  assert.strictEqual(exitCode, 0, errors + output)
  return output
}
