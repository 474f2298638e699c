import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"

const src = join(import.meta.dirname, "../src")

/** Every way in which our code can wait for something else than the next line. */
const wait =
  /Effect\.(?:promise|tryPromise|callback|async|never|forever)\b|\bawait\b|Fiber\.join\b|Queue\.take\w*|PubSub\.take\w*|\bwithPermits?\b|\bset(?:Timeout|Interval)\(|\bnew Promise\b|Stream\.run\w+/gu

/** Whom a wait without end of its own relies on: what ends it. */
type Bound = string

const local = "work of this process alone, CPU for milliseconds: nothing outside is waited for"
const redis =
  "a command of Redis: goes on when Redis is back, is given up by its connection after 10 s without a byte (socketTimeout), and then sent again"

/** How many waits each file has, and what bounds each of them. Commands that `redis` bounds are waited for by who calls. */
const waits: Readonly<Record<string, readonly [count: number, bound: Bound]>> = {
  "adapters/bull/QueueLife.ts": [1, `one job at a time asks of a queue's life: ${redis}`],
  "adapters/bull/endings.ts": [1, redis],
  "adapters/bull/exactText.ts": [1, redis],
  "adapters/bull/handBack.ts": [2, redis],
  "adapters/bull/health.ts": [2, "readiness asks for two seconds (ReadinessInProcess)"],
  "adapters/bull/holdBack.ts": [2, `pausing and resuming in turn: ${redis}`],
  "adapters/bull/openQueue.ts": [1, "closing: five seconds"],
  "adapters/bull/lifeKeys.ts": [3, redis],
  "adapters/bull/pickUp.ts": [1, redis],
  "adapters/bull/runQueue.ts": [
    3,
    "a job's promise: its fiber ends, or is interrupted after the grace; pausing: two seconds; the running jobs: the grace"
  ],
  "adapters/bull/untilRedisAnswers.ts": [1, `tried again while Redis is away, the job being safe there: ${redis}`],
  "adapters/jose/KeySource.ts": [
    2,
    "the end of one fetch: two seconds after at most five of backoff, or 62 of Retry-After; the job's deadline"
  ],
  "adapters/jose/UnsealerJose.ts": [3, local],
  "adapters/jose/readKeySet.ts": [1, local],
  "adapters/jose/verifyJwt.ts": [1, local],
  "adapters/mysql2/MySql.ts": [
    7,
    "ten seconds from asking for a connection to the last answer, a minute for a script; closing: two seconds"
  ],
  "adapters/mysql2/makeGroups.ts": [
    1,
    "calls of MySQL that are under way, and those in line before: ten seconds each, two at a time"
  ],
  "adapters/process/BreakersInProcess.ts": [
    4,
    "new jobs until the neighbour answers, without end by design: they are safe in Redis; probing and watching: as long as the process"
  ],
  "adapters/process/returnMemory.ts": [2, local],
  "adapters/redis/NotificationBusRedis.ts": [2, `to publish and to begin: two seconds; in the background: ${redis}`],
  "adapters/redis/connect.ts": [1, redis],
  "adapters/soap/DialectFinder.ts": [
    1,
    "one finding out at a time, of three exchanges of five seconds each; the job's deadline"
  ],
  "adapters/soap/envelope.ts": [2, local],
  "adapters/socketio/boundedInbox.ts": [
    5,
    "a reader's seat: each reads one answer of MySQL (ten seconds), or waits with it for MySQL"
  ],
  "adapters/socketio/openHub.ts": [3, "listening: the system answers at once; closing: a second, then its connections are cut"],
  "adapters/socketio/relayHub.ts": [1, "flushing: two seconds"],
  "adapters/socketio/relaySign.ts": [
    1,
    "the second ping of the hub, or the end of the connection, which the client finds after the hub's ping interval and timeout"
  ],
  "adapters/undici/HttpExchangeUndici.ts": [1, "closing cuts the connections"],
  "adapters/undici/Timer.ts": [2, "as long as the process: it ends the waits of others, each in its time"],
  "adapters/undici/exchange.ts": [1, "five seconds in all for an exchange"],
  "domain/lanes.ts": [
    4,
    "the turn and the gate: another suspect's patience and probation, seconds each, which end with its job; idle: that patience; begun: set by the fiber that is forked with it"
  ],
  "health.ts": [1, "two seconds"],
  "onDemand.ts": [1, "reading a file of this package: nothing outside is waited for"],
  "seal.ts": [2, local]
}

const code = (file: string) =>
  readFileSync(join(src, file), "utf8")
    .replaceAll(/\/\*\*[^]*?\*\//gu, "")
    .replaceAll(/^\s*\/\/.*$/gmu, "")

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !/^(?:local|testing)\//u.test(file))
  .toSorted()

const found = new Map(
  files.map((file) => [file, code(file).match(wait)?.length ?? 0] as const).filter(([, count]) => count > 0)
)

describe("nothing waits for ever", () => {
  it.each(files)("%s has no wait that the table does not bound", (file) => {
    assert.strictEqual(found.get(file) ?? 0, waits[file]?.[0] ?? 0, "waits in this file: write down here what bounds a new one")
  })

  it("the table names no file that has no waits", () => {
    assert.deepStrictEqual(
      Object.keys(waits).filter((file) => !found.has(file)),
      []
    )
  })
})
