import { NodeRuntime } from "@effect/platform-node"
import { Console, Context, Duration, Effect, Layer, Redacted } from "effect"
import { identify } from "../../src/domain/identify.ts"
import type { UserId } from "../../src/domain/UserId.ts"
import { startDatabase } from "../../src/local/servers.ts"
import { query } from "../../src/local/sql.ts"
import { Ledger } from "../../src/services/Ledger.ts"
import { ledgerOn } from "../support/database.ts"
import { cpuSeconds } from "./support/cpuSeconds.ts"

const jobs = 10_000
const users = 1000
const callers = 50

/** What is measured: callers at a time, length of the image, and how many of ten jobs are of one user. */
const cases: Readonly<Record<string, readonly [callers: number, image: number, ofOne: number, jobs: number]>> = {
  "50 callers": [callers, 11, 0, jobs],
  "one caller": [1, 11, 0, jobs / 10],
  "4 callers": [4, 11, 0, jobs / 2],
  "50 callers, half of one user": [callers, 11, 5, jobs],
  "50 callers, images of 50 kB": [callers, 50_000, 0, jobs / 5],
  "10 callers, images of 5 MB": [10, 5_000_000, 0, 30]
}

const measure = Effect.fnUntraced(function* (name: string, server: number) {
  const [callers, length, ofOne, count] = cases[name] ?? [1, 1, 0, 1]
  const ledger = yield* Ledger
  const image = Redacted.make("x".repeat(length))
  const round = process.hrtime.bigint()
  const apply = (number: number) =>
    ledger.apply(
      {
        identity: identify({ prefix: "bull", name }, `${round}/${number}`, "1"),
        jobId: String(number),
        place: { life: Number(round % 1_000_000_007n), number }
      },
      {
        id: String(number % 10 < ofOne ? 1 : 1 + ((number * 7919) % users)) as UserId,
        credentials: { phone: Redacted.make("cGhvbmVwaG9uZXBob25l"), password: Redacted.make("cGFzc3dvcmRwYXNzd29yZA==") },
        username: Redacted.make("Ada Lovelace"),
        image
      },
      Duration.seconds(30)
    )
  const all = (count: number, from: number) =>
    Effect.forEach(
      Array.from({ length: count }, (_, index) => from + index),
      apply,
      { concurrency: callers, discard: true }
    )
  yield* all(Math.min(1000, count), 1)
  const [cpu, serverCpu, began] = [process.cpuUsage(), cpuSeconds(server), performance.now()]
  yield* all(count, 1_000_000)
  const took = performance.now() - began
  const { user, system } = process.cpuUsage(cpu)
  return [(count * 1000) / took, (user + system) / count, ((cpuSeconds(server) - serverCpu) * 1e6) / count] as const
})

const program = Effect.gen(function* () {
  const server = yield* startDatabase()
  const account = yield* server.createDatabase()
  yield* query(account, `INSERT INTO Users SELECT seq, '', '', '', '' FROM seq_1_to_${users}`)
  const context = yield* Layer.build(ledgerOn(account))
  const [row] = yield* query({ ...server, database: account.database }, "SELECT @@pid_file AS file")
  const pid = Number(
    (yield* Effect.promise(() => import("node:fs/promises").then((fs) => fs.readFile(String(row?.["file"]), "utf8")))).trim()
  )
  yield* Console.log(`${"".padEnd(30)}${"jobs/s".padStart(8)}${"µs CPU".padStart(8)}${"µs MySQL".padStart(10)}`)
  for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(cases)) {
    const figures = yield* measure(name, pid).pipe(Effect.provideService(Ledger, Context.get(context, Ledger)))
    yield* Console.log(
      name.padEnd(30) + figures.map((figure, index) => figure.toFixed(0).padStart([8, 8, 10][index] ?? 8)).join("")
    )
  }
})

program.pipe(Effect.scoped, NodeRuntime.runMain)
