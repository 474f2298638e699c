import { assert, layer } from "@effect/vitest"
import { Console, Effect, Fiber, Schedule } from "effect"
import { freePort } from "../src/local/ports.ts"
import { temporaryFolder } from "../src/local/temporaryFolder.ts"
import { openBalancer } from "./support/balancer.ts"
import { readOutcomes } from "./support/database.ts"
import { deploy, job, readiness, serversLayer, startProcess } from "./support/deployment.ts"
import { open } from "./support/page.ts"
import * as StandIns from "./support/standIns.ts"
import { until } from "./support/until.ts"

const users = ["1001", "1002", "1003", "1004"]
const rounds = Number(process.env["ROLLING_ROUNDS"] ?? 1)
const grace = 200

/** An encryption service that takes longer for one call in eight than a worker that is told to leave waits. */
const slowEncryption = Effect.tap(StandIns.encryption, ({ state }) =>
  Effect.sync(() => {
    state.isAway = (number) => {
      state.takes = number % 8 === 0 ? 5 * grace : 20
      return false
    }
  })
)

/** A part of a deployment that is started again and again with the same environment; the exit code of the one that left. */
const openPart = Effect.fnUntraced(function* (environment: Readonly<Record<string, string>>) {
  const PORT = String(yield* freePort)
  const isReady = Effect.map(readiness(PORT), ({ status }) => status === 200)
  const start = Effect.tap(startProcess({ ...environment, PORT }), () =>
    Effect.repeat(isReady, { schedule: Schedule.spaced("50 millis"), until: (ready) => ready })
  )
  let running = yield* start
  return {
    replace: Effect.gen(function* () {
      running.child.kill("SIGTERM")
      const code = yield* running.ended
      running = yield* start
      return code
    })
  }
})

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("a rolling restart under load", (it) => {
  it.effect(
    `of three workers and two hubs loses nothing and tells nothing twice (ROLLING_ROUNDS=${rounds})`,
    () =>
      Effect.gen(function* () {
        const encryption = yield* slowEncryption
        const { account, env, producer } = yield* deploy(users, {
          ENCRYPT_XML: "strict",
          NODE_COMPILE_CACHE: yield* temporaryFolder,
          PORT_ENCRYPT: encryption.url,
          SHUTDOWN_GRACE: `${grace} millis`
        })
        const ports = [yield* freePort, yield* freePort] as const
        const balancer = yield* openBalancer(ports[0])
        const openHub = (port: number) => openPart({ ...env, ROLES: "messages,api", PORT_MESSAGES_USERS: String(port) })
        const hubs = yield* Effect.all([openHub(ports[0]), openHub(ports[1])], { concurrency: 2 })
        const openWorker = openPart({ ...env, ROLES: "worker,api" })
        const workers = yield* Effect.all([openWorker, openWorker, openWorker], { concurrency: 3 })
        const pages = yield* Effect.forEach(users, (user) => open(balancer.url, user, { after: 0 }))

        const added: Array<string> = []
        let isOver = false
        const add = Effect.gen(function* () {
          const data = yield* job(users[added.length % users.length] ?? "")
          const { id } = yield* Effect.promise(() => producer.add(data, { removeOnComplete: false, removeOnFail: false }))
          added.push(String(id))
        })
        const load = yield* Effect.forkChild(
          Effect.repeat(add, { schedule: Schedule.spaced("40 millis"), until: () => isOver })
        )

        const replaceHub = (index: 0 | 1) =>
          Effect.suspend(() => {
            balancer.target = ports[index === 0 ? 1 : 0]
            return hubs[index].replace
          })
        const round = Effect.all(
          [Effect.forEach(workers, ({ replace }) => replace), Effect.forEach([0, 1] as const, replaceHub)],
          { concurrency: 2 }
        )
        const codes: Array<number | null> = []
        for (let count = 0; count < rounds; count++) codes.push(...(yield* round).flat())
        isOver = true
        yield* Fiber.join(load)

        yield* until(
          Effect.promise(() => producer.getCompletedCount()),
          (completed) => completed === added.length
        )
        const outcomes = yield* readOutcomes(account)
        const ofUser = users.map((user) => outcomes.filter(({ user_id }) => user_id === user).length)
        yield* Effect.forEach(pages, (page, index) => page.hears(ofUser[index] ?? 0))

        assert.deepStrictEqual(new Set(codes), new Set([0]))
        assert.strictEqual(codes.length, rounds * 5)
        assert.sameMembers(
          outcomes.map(({ job_id }) => job_id),
          added
        )
        assert.isTrue(outcomes.every(({ tag }) => tag === "Updated"))
        assert.deepStrictEqual(
          pages.map((page) => page.positions()),
          ofUser.map((count) => Array.from({ length: count }, (_, index) => index + 1))
        )
        const marks = yield* Effect.forEach(added, (id) =>
          Effect.promise(() => producer.client.hmget(producer.toKey(id), "updateBegun", "updateSpared"))
        )
        const handedBack = marks.filter(([, spared]) => spared !== null).length
        const lost = marks.filter(([begun, spared]) => Number(begun) - Number(spared) > 1).length
        yield* Console.log(
          `${added.length} jobs, ${handedBack} handed back, ${lost} delivered again as if their process had died`
        )
        assert.isAbove(handedBack, Math.max(rounds, lost))
      }),
    300_000
  )
})
