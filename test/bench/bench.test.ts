import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { assert, it } from "@effect/vitest"
import { readFlags } from "./support/flags.ts"

const figures = [
  "jobs/s, 50 at a time",
  "jobs/s, ours 20 at a time",
  "CPU ms/job, 50 at a time",
  "CPU ms/job, ours 20 at a time",
  "p50 ms at 300 jobs/s",
  "p99 ms at 300 jobs/s"
]

it("prints a table of ours, plain and their ratio, each with its spread, and nothing but numbers in it", async () => {
  const args = [join(import.meta.dirname, "bench.ts"), "--rounds", "1", "--jobs", "300", "--seconds", "0.2"]
  const bench = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] })
  const [output, errors, [exitCode]] = await Promise.all([text(bench.stdout), text(bench.stderr), once(bench, "exit")])
  assert.strictEqual(exitCode, 0, errors + output)
  const lines = output.trimEnd().split("\n").slice(-figures.length)
  const numbers = lines.map((line) =>
    [...line.matchAll(/(\S+) \((\S+) to (\S+)\)/gu)].flatMap(([, ...found]) => found.map(Number))
  )
  assert.deepStrictEqual(
    lines.map((line) => line.split(/ {3,}/u)[0]),
    figures
  )
  for (const row of numbers) {
    assert.strictEqual(row.length, 9)
    for (const number of row) assert.isTrue(number >= 0 && Number.isFinite(number), output)
  }
  for (const [ours = 0, , , plain = 0] of numbers.slice(0, 2)) assert.isTrue(ours > 1 && plain > 1, output)
}, 120_000)

it("takes its extent from the command line, and refuses what is no extent", () => {
  assert.deepStrictEqual(readFlags([]), { what: "comparison", json: false, rounds: 5, jobs: 5000, seconds: 10 })
  assert.include(readFlags(["--rounds", "2", "--seconds=0.5", "--json"]), { rounds: 2, seconds: 0.5, json: true })
  assert.strictEqual(readFlags(["--concurrency"]).what, "concurrency")
  assert.strictEqual(readFlags(["--profile"]).what, "profile")
  for (const args of [["--rounds", "0"], ["--jobs", "many"], ["--seconds=-1"], ["--seconds", "Infinity"], ["--round", "2"]])
    assert.throws(() => readFlags(args))
})
