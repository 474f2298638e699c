import { connect as connectTcp } from "node:net"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { identify } from "../src/domain/identify.ts"
import type { UserId } from "../src/domain/UserId.ts"
import { freePort } from "../src/local/ports.ts"
import { Ledger } from "../src/services/Ledger.ts"
import { DatabaseServer, ledgerOn, readOutcomes } from "./support/database.ts"
import { deploy, job, readiness, startProcess } from "./support/deployment.ts"
import { socketServer } from "./support/localServer.ts"
import { open } from "./support/page.ts"
import { RedisServer } from "./support/redis.ts"
import { until } from "./support/until.ts"

const ada = "1234567890" as UserId
const bob = "9876543210" as UserId
/** Parts start and stop many times in these. */
const patient = 120_000

const to = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

type Deployment = Effect.Success<ReturnType<typeof deploy>>

/** Starts a part of a deployment, and waits until it is ready. */
const startPart = Effect.fnUntraced(function* (deployment: Deployment, ROLES: string, overrides = {}) {
  const PORT = String(yield* freePort)
  const part = yield* startProcess({ ...deployment.env, ROLES, PORT, ...overrides })
  yield* until(readiness(PORT), ({ status }) => status === 200)
  return part
})

const kill = ({ child, ended }: Effect.Success<ReturnType<typeof startProcess>>, signal: NodeJS.Signals = "SIGKILL") =>
  Effect.andThen(
    Effect.sync(() => child.kill(signal)),
    ended
  )

const enqueue = ({ producer }: Deployment, id: string, count = 1) =>
  Effect.gen(function* () {
    const data = yield* job(id)
    for (let index = 0; index < count; index++) yield* Effect.promise(() => producer.add(data))
  })

/** What another process recorded and nobody ever announced. */
const recordSilently = ({ account }: Deployment, id: UserId, ...numbers: ReadonlyArray<number>) =>
  Effect.flatMap(Ledger, (ledger) =>
    Effect.forEach(
      numbers,
      (number) =>
        ledger.record(
          {
            identity: identify({ prefix: "elsewhere", name: "Update_User" }, `${id}/${number}`, "1"),
            jobId: `${number}`,
            place: { life: 9, number }
          },
          id,
          { tag: "InvalidToken", reason: "expired" }
        ),
      { discard: true }
    )
  ).pipe(Effect.provide(ledgerOn(account)))

const delivered = ({ account }: Deployment) =>
  Effect.map(readOutcomes(account), (rows) => rows.filter((row) => row["delivered_at"] !== null).length)

const servers = Layer.mergeAll(RedisServer.layerDurable, DatabaseServer.layer)

layer(servers, { excludeTestServices: true, timeout: "60 seconds" })("what a user missed", (it) => {
  it.effect(
    "is heard on the first visit ever, counts as delivered after a ping, and is then heard by nobody anew",
    () =>
      Effect.gen(function* () {
        const deployment = yield* deploy([ada, bob])
        yield* deployment.start
        yield* enqueue(deployment, ada, 3)
        yield* until(readOutcomes(deployment.account), ({ length }) => length === 3)
        assert.strictEqual(yield* delivered(deployment), 0)
        const page = yield* open(deployment.hubUrl, ada)
        yield* page.replayed(1)
        assert.deepStrictEqual(page.positions(), [1, 2, 3])
        assert.deepStrictEqual(page.replays, [3])
        yield* until(delivered(deployment), (count) => count === 3)
        const next = yield* open(deployment.hubUrl, ada)
        const knowing = yield* open(deployment.hubUrl, ada, { after: 1 })
        yield* Effect.all([next.replayed(1), knowing.replayed(1)])
        assert.deepStrictEqual([next.positions(), knowing.positions()], [[], [2, 3]])
      }),
    patient
  )

  it.effect(
    "is heard once and in order by a client with a position, over kills of hub, worker and Redis",
    () =>
      Effect.gen(function* () {
        const deployment = yield* deploy([ada, bob])
        const redis = yield* RedisServer
        let hub = yield* startPart(deployment, "messages,api")
        let worker = yield* startPart(deployment, "worker,api")
        const page = yield* open(deployment.hubUrl, ada)
        yield* page.replayed(1)
        yield* enqueue(deployment, ada, 5)
        yield* kill(hub)
        yield* enqueue(deployment, ada, 5)
        hub = yield* startPart(deployment, "messages,api")
        yield* enqueue(deployment, ada, 5)
        yield* kill(worker)
        worker = yield* startPart(deployment, "worker,api")
        yield* page.hears(15)
        yield* redis.kill()
        yield* redis.restart
        yield* enqueue(deployment, ada, 5)
        yield* page.hears(20)
        assert.deepStrictEqual(page.positions(), to(20))
        assert.isTrue(page.heard.every(({ Status }) => Status))
      }),
    patient
  )

  it.effect(
    "is heard within seconds though Redis was frozen or dead as another process recorded it",
    () =>
      Effect.gen(function* () {
        const deployment = yield* deploy([ada])
        const redis = yield* RedisServer
        yield* startPart(deployment, "messages,api")
        const page = yield* open(deployment.hubUrl, ada)
        yield* page.replayed(1)
        yield* redis.pause
        yield* recordSilently(deployment, ada, 1, 2)
        yield* page.hears(2)
        yield* redis.resume
        yield* redis.kill()
        yield* recordSilently(deployment, ada, 3, 4)
        yield* page.hears(4)
        yield* redis.restart
        yield* startPart(deployment, "worker,api")
        yield* enqueue(deployment, ada)
        yield* page.hears(5)
        assert.deepStrictEqual(page.positions(), to(5))
        assert.deepStrictEqual(page.disconnects, [])
      }),
    patient
  )

  it.effect(
    "waits while MySQL is away as the client comes, and is then heard",
    () =>
      Effect.gen(function* () {
        const deployment = yield* deploy([ada])
        const database = yield* DatabaseServer
        yield* startPart(deployment, "messages,api")
        yield* recordSilently(deployment, ada, 1, 2, 3)
        yield* database.pause
        const page = yield* open(deployment.hubUrl, ada, { after: 1 })
        yield* until(
          Effect.sync(() => page.socket.connected),
          (connected) => connected
        )
        assert.deepStrictEqual(page.heard, [])
        yield* database.resume
        yield* page.replayed(1)
        assert.deepStrictEqual(page.positions(), [2, 3])
      }),
    patient
  )

  it.effect(
    "is heard once by clients that a balancer sends from hub to hub, as each is stopped or killed in turn",
    () =>
      Effect.gen(function* () {
        const deployment = yield* deploy([ada, bob])
        const ports = [yield* freePort, yield* freePort] as const
        const startHub = (index: 0 | 1) => startPart(deployment, "messages,api", { PORT_MESSAGES_USERS: String(ports[index]) })
        let target = ports[0]
        const balancer = yield* socketServer((socket) => {
          const onward = connectTcp(target, "127.0.0.1")
          onward.on("error", () => socket.destroy()).on("close", () => socket.destroy())
          socket
            .on("close", () => onward.destroy())
            .pipe(onward)
            .pipe(socket)
        })
        const hubs = [yield* startHub(0), yield* startHub(1)]
        yield* startPart(deployment, "worker,api")
        const pages = [yield* open(balancer, ada), yield* open(balancer, bob)] as const
        yield* Effect.forEach(pages, (page) => page.replayed(1))
        for (const [turn, signal] of (["SIGTERM", "SIGKILL", "SIGTERM", "SIGKILL"] as const).entries()) {
          const index = turn % 2 === 0 ? 0 : 1
          yield* enqueue(deployment, ada, 4)
          yield* enqueue(deployment, bob, 2)
          target = ports[index === 0 ? 1 : 0]
          const hub = hubs[index]
          if (hub !== undefined) yield* kill(hub, signal)
          yield* enqueue(deployment, ada, 2)
          hubs[index] = yield* startHub(index)
        }
        yield* pages[0].hears(24)
        yield* pages[1].hears(8)
        assert.deepStrictEqual(pages[0].positions(), to(24))
        assert.deepStrictEqual(pages[1].positions(), to(8))
        for (const { disconnects } of pages) {
          assert.isAbove(disconnects.length, 1)
          assert.notInclude(disconnects, "io server disconnect")
        }
      }),
    patient
  )
})
