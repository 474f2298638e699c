import { Effect } from "effect"
import { freePort } from "../../src/local/ports.ts"
import { deploy, job, startProcess } from "./deployment.ts"
import * as StandIns from "./standIns.ts"
import { until } from "./until.ts"

const ada = "1234567890"
const inHand = 5

/** Whether another worker is alive as one is killed, or the killed one is started again. */
export type Kin = "peer" | "lone"

/**
 * Kills a worker with jobs in hand, as often as is said; for each kill after how many milliseconds the last of them ran again, which is
 * when the encryption service was asked for it again. It never answers before; a peer has as many jobs in hand, and keeps them.
 */
export const measureKills = Effect.fnUntraced(function* (kin: Kin, kills: number) {
  const encryption = yield* StandIns.encryption
  const { env, producer } = yield* deploy([ada], {
    ENCRYPT_XML: "strict",
    CONCURRENCY: `${inHand}`,
    PORT_ENCRYPT: encryption.url
  })
  const start = Effect.gen(function* () {
    const worker = yield* startProcess({
      ...env,
      PORT: `${yield* freePort}`,
      PORT_MESSAGES_USERS: "http://127.0.0.1:9",
      ROLES: "worker"
    })
    yield* until(Effect.sync(worker.output), (output) => output.includes("the worker takes jobs"))
    return worker
  })
  const add = Effect.fnUntraced(function* (phone: string) {
    const data = yield* job(ada, { Phone: phone })
    yield* Effect.promise(() => producer.add(data, { removeOnComplete: true, removeOnFail: true }))
  })
  const timesOf = (phone: string) => encryption.asked.filter(({ body }) => body.includes(`<phone>${phone}</phone>`))
  const times: Array<number> = []
  let worker = yield* start
  for (let kill = 0; kill < kills; kill++) {
    const peer = kin === "peer" ? yield* start : undefined
    const phones = Array.from(
      { length: peer === undefined ? inHand : 2 * inHand },
      (_, index) => `${1_000_000 + kill * 100 + index}`
    )
    encryption.state.takes = 60_000
    yield* Effect.forEach(phones, add)
    yield* until(
      Effect.sync(() => phones.every((phone) => timesOf(phone).length > 0)),
      (all) => all
    )
    const began = Date.now()
    encryption.state.takes = 5
    worker.child.kill("SIGKILL")
    worker = peer ?? (yield* start)
    yield* until(
      Effect.sync(() => phones.every((phone) => timesOf(phone).some(({ at }) => at >= began))),
      (all) => all
    )
    times.push(Math.max(...phones.map((phone) => timesOf(phone).find(({ at }) => at >= began)?.at ?? 0)) - began)
    yield* until(
      Effect.promise(() => producer.getJobCounts()),
      ({ active, waiting }) => active + waiting === 0
    )
  }
  return times
})
