import { assert, describe, it } from "@effect/vitest"
import { readFlags } from "./flags.ts"
import { reportOf } from "./report.ts"
import { simulate } from "./simulate.ts"
import { simulateAll } from "./simulateAll.ts"
import { missingIn } from "./visits.ts"

describe("the whole pipeline, simulated", () => {
  it("keeps its promises over 5,000 seeds, and every fault point was visited with every outcome that it can lead to", async () => {
    const summary = await simulateAll({ first: 1, count: 5000 })
    const report = reportOf(summary)
    process.stdout.write(`${report}\n`)
    assert.deepStrictEqual(summary.failures, [], report)
    assert.deepStrictEqual(missingIn(summary.visits), [])
  }, 240_000)

  it("lives through the same seed in the same way, and through each seed in another", () => {
    const seeds = Array.from({ length: 40 }, (_, index) => index + 1)
    const hashes = seeds.map((seed) => simulate(seed).hash)
    assert.deepStrictEqual(
      seeds.toReversed().map((seed) => simulate(seed).hash),
      hashes.toReversed()
    )
    assert.strictEqual(new Set(hashes).size, seeds.length)
  })

  it("names with a failure the seed and the command that replays it", () => {
    const report = reportOf({ failures: [{ seed: 7, violations: ["P4: 1 was applied twice"] }], visits: new Map() })
    assert.include(report, "npm run simulate -- --seed 7\n  P4: 1 was applied twice")
    assert.deepStrictEqual(readFlags(["--seed", "7"]), { replay: 7 })
  })

  it("takes its extent from the command line, and refuses what is none", () => {
    assert.deepStrictEqual(readFlags([]), { many: { first: 1, count: 5000 } })
    assert.deepStrictEqual(readFlags(["--seeds", "20", "--seed=9"]), { many: { first: 9, count: 20 } })
    for (const args of [
      ["--seed", "x"],
      ["--seeds", "0"],
      ["--seeds", "1.5"],
      ["--rounds", "2"]
    ])
      assert.throws(() => readFlags(args))
  })
})
