import { assert, it } from "@effect/vitest"
import { budgetPage } from "./budget.ts"
import { cpuSeconds } from "./cpuSeconds.ts"
import { growthJson, growthText } from "./growthReport.ts"
import { ratio, value } from "./Measurement.ts"
import { readProfile } from "./readProfile.ts"
import { asJson, asText } from "./report.ts"
import { exponentOf, median, quantile } from "./statistics.ts"
import { stepOf } from "./steps.ts"
import { drawSvg } from "./svg.ts"
import { describeUse } from "./whoIsBusy.ts"

const row = { name: "throughput", unit: "jobs/s", against: "plain", target: ratio("at least", 1.2) }
const readings = [
  { ours: 300, against: 600 },
  { ours: 100, against: 100 },
  { ours: 200, against: 100, note: "a note" },
  { ours: 200, against: 160 }
]
const table = [
  { key: "small.perSecond", row, readings, took: 2 },
  { key: "idle.start", row: { name: "start", unit: "s", target: value("at most", 2) }, readings: [{ ours: 2 }], took: 3 }
]

it("tells medians and quartiles, ratios within a round, and whether they met the target", () => {
  const text = asText("title", table)
  assert.include(text, "200 (100 to 200) jobs/s   plain: 100 (100 to 160)   1.00 (0.50 to 1.25)   at least 1.2 ×   no")
  assert.match(text, /2\.00 \(2\.00 to 2\.00\) s +at most 2 s +yes/u)
  assert.include(text, "throughput, round 3: a note")
  const { rows } = JSON.parse(asJson("title", table))
  assert.deepInclude(rows[0], { key: "small.perSecond", met: false, ratio: { median: 1, lower: 0.5, upper: 1.25 } })
  assert.deepInclude(rows[1], { key: "idle.start", met: true, readings: [{ ours: 2 }] })
})

it("finds the exponent of a power law, whatever its factor, and passes over what has no logarithm", () => {
  assert.approximately(exponentOf([10, 100, 1000].map((x) => [x, 7 * x ** 1.5])), 1.5, 1e-9)
  assert.approximately(exponentOf([[0, 5], ...[10, 100, 1000].map((x) => [x, 5] as const)]), 0, 1e-9)
})

it("says who was busy, and whether that was all that the machine has", () => {
  const before = new Map([
    ["Redis", 1],
    ["workers", 0]
  ])
  assert.match(
    describeUse(before, new Map([...before, ["Redis", 1 + 1000]]), 1),
    /^the machine's CPU is the limit: 1000\.0 of \d+ cores/u
  )
  assert.match(
    describeUse(before, new Map([...before, ["workers", 0.01]]), 1),
    /^0\.0 of \d+ cores in use \(workers 0\.0, Redis/u
  )
})

it("draws each series over axes that hold it, and escapes what it is told", () => {
  const series = [
    {
      name: "a < b",
      color: "ours",
      points: [
        [0, 0],
        [100, 40]
      ]
    }
  ] as const
  const svg = drawSvg({ title: "t & u", x: "x", y: "y", series })
  assert.include(svg, 'points="60,312 500,52"')
  assert.include(svg, "a &lt; b")
  assert.include(svg, "t &amp; u")
})

it("says how cost grows, and where it grows beyond its bound", () => {
  const points = [
    { size: 10, perSecond: 100, cpuPerJob: 1 },
    { size: 1000, perSecond: 50, cpuPerJob: 1 }
  ]
  const growth = { name: "users", points, bound: 0.15, cpu: 0, time: 0.2 }
  assert.match(growthText([growth]), /users +1,000 +20\.0 ms +1\.00 ms\nusers: exponent, at most 0\.15 +0\.20 +0\.00 +not met/u)
  assert.isTrue(JSON.parse(growthJson([{ ...growth, time: 0.1 }])).axes[0].met)
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

it("puts what Node.js does down to the package, and to the step, that called it", () => {
  const json = JSON.stringify({
    nodes: [
      { id: 1, callFrame: frame("(root)"), children: [2, 5, 6, 7, 9] },
      { id: 2, callFrame: frame("send", "file:///app/node_modules/bull/lib/job.js"), children: [3] },
      { id: 3, callFrame: frame("write", "node:net"), children: [4] },
      { id: 4, callFrame: frame("writev") },
      { id: 5, callFrame: frame("(garbage collector)") },
      { id: 6, callFrame: frame("(idle)") },
      { id: 7, callFrame: frame("main", "file:///app/src/main.ts"), children: [8] },
      { id: 8, callFrame: frame("map", "file:///app/node_modules/lodash/lodash.js") },
      { id: 9, callFrame: frame("answer", "file:///app/test/bench/probe.ts"), children: [10] },
      { id: 10, callFrame: frame("post", "node:inspector") }
    ],
    samples: [2, 3, 4, 5, 6, 7, 8, 10],
    timeDeltas: [10, 20, 30, 25, 1000, 10, 5, 400]
  })
  const { byCaller, byPackage, byFunction, budget } = readProfile(json, 10)
  assert.deepStrictEqual(byCaller, [
    { name: "bull", share: 0.6 },
    { name: "(garbage collector)", share: 0.25 },
    { name: "this service", share: 0.1 },
    { name: "lodash", share: 0.05 }
  ])
  assert.deepStrictEqual(byPackage[0], { name: "(native)", share: 0.3 })
  assert.strictEqual(byFunction[0]?.name, "writev, (native) :1")
  assert.deepStrictEqual(budget, [
    { step: "queue", microseconds: 6 },
    { step: "collect garbage", microseconds: 2.5 },
    { step: "other of ours", microseconds: 1.5 }
  ])
  assert.match(budgetPage(budget, 10), /\| queue \| 6\.0 \| 60\.0 % \|/u)
})

it("gives every file of a step to that step", () => {
  const files = {
    "src/adapters/jose/verifyJwt.ts": "verify the token",
    "node_modules/undici/lib/core/request.js": "encrypt",
    "node_modules/mysql2/lib/connection.js": "ledger",
    "node_modules/redis-parser/lib/parser.js": "queue",
    "node_modules/socket.io-client/build/esm/socket.js": "notify",
    "src/surfaces/Logging.ts": "log",
    "node_modules/effect/dist/Schema.js": "read the job",
    "node_modules/effect/dist/internal/effect.js": "Effect's runtime",
    "src/pipeline/updateUser.ts": "pipeline"
  }
  for (const [file, step] of Object.entries(files)) assert.strictEqual(stepOf(`file:///app/${file}`), step)
  assert.isUndefined(stepOf("node:net"))
})

const used = () => process.cpuUsage().user + process.cpuUsage().system

const frame = (functionName: string, url = "") => ({ functionName, url, lineNumber: 0 })
