import { assert, it } from "@effect/vitest"
import { cpuSeconds } from "./cpuSeconds.ts"
import { readProfile } from "./readProfile.ts"
import { asJson, asText } from "./report.ts"
import { median, quantile } from "./statistics.ts"

const figures = [{ name: "jobs/s", ours: [300, 100, 200], plain: [600, 100, 100] }]

it("tells medians and spreads, and the ratio of rounds that ran in turns", () => {
  const { figures: told } = JSON.parse(asJson("title", figures))
  assert.deepStrictEqual(told, [
    {
      name: "jobs/s",
      ours: { median: 200, rounds: [300, 100, 200] },
      plain: { median: 100, rounds: [600, 100, 100] },
      ratio: { median: 1, rounds: [0.5, 1, 2] }
    }
  ])
  assert.include(asText("title", figures), "200 (100 to 300)   100 (100 to 600)   1.00 (0.50 to 2.00)")
})

it("takes quantiles by the nearest rank", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  assert.deepStrictEqual([quantile(hundred, 0.5), quantile(hundred, 0.99), quantile(hundred, 1)], [50, 99, 100])
  assert.deepStrictEqual([median([3, 1, 2]), median([4, 1])], [2, 1])
  assert.isNaN(median([]))
})

it("counts the CPU time of a process as its own clock does", () => {
  for (const end = used() + 200_000; used() < end;);
  assert.approximately(cpuSeconds(process.pid), used() / 1e6, 0.05)
})

it("puts what Node.js does down to the package that called it", () => {
  const json = JSON.stringify({
    nodes: [
      { id: 1, callFrame: frame("(root)"), children: [2, 5, 6, 7] },
      { id: 2, callFrame: frame("send", "file:///app/node_modules/bull/lib/job.js"), children: [3] },
      { id: 3, callFrame: frame("write", "node:net"), children: [4] },
      { id: 4, callFrame: frame("writev") },
      { id: 5, callFrame: frame("(garbage collector)") },
      { id: 6, callFrame: frame("(idle)") },
      { id: 7, callFrame: frame("main", "file:///app/src/main.ts") }
    ],
    samples: [2, 3, 4, 5, 6, 7],
    timeDeltas: [10, 20, 30, 25, 1000, 15]
  })
  const { byCaller, byPackage, byFunction } = readProfile(json)
  assert.deepStrictEqual(byCaller, [
    { name: "bull", share: 0.6 },
    { name: "(garbage collector)", share: 0.25 },
    { name: "this service", share: 0.15 }
  ])
  assert.deepStrictEqual(byPackage[0], { name: "(native)", share: 0.3 })
  assert.strictEqual(byFunction[0]?.name, "writev, (native) :1")
})

const used = () => process.cpuUsage().user + process.cpuUsage().system

const frame = (functionName: string, url = "") => ({ functionName, url, lineNumber: 0 })
