import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { freePort } from "../src/local/ports.ts"
import { query } from "../src/local/sql.ts"
import { readOutcomes } from "./support/database.ts"
import { deploy, job, readiness, serversLayer, startProcess } from "./support/deployment.ts"
import { startHubProcess } from "./support/hubProcess.ts"
import { until } from "./support/until.ts"

interface Profile {
  readonly Id: string
  readonly Status: boolean
  readonly Message: string
}

const updated = { Status: true, Message: "User updated successfully" }
const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `user-${String(index).padStart(5, "0")}`)

/** A deployment whose hub is elsewhere, and what that hub was told over all its lives. */
const deployWithHub = Effect.fnUntraced(function* (ids: ReadonlyArray<string>) {
  const hubPort = yield* freePort
  const profiles: Array<Profile> = []
  const deployment = yield* deploy(ids, { PORT_MESSAGES_USERS: `http://127.0.0.1:${hubPort}/` })
  const { account, env, producer } = deployment
  const told = Effect.sync(() => new Set(profiles.map(({ Id }) => Id)))
  const recorded = query(account, "SELECT COUNT(*) AS ended, COUNT(delivered_at) AS delivered FROM update_ledger_outcomes")
  const relays = query(account, "SELECT COUNT(*) AS count FROM update_ledger_relays")
  return {
    ...deployment,
    profiles,
    startHub: startHubProcess(hubPort, profiles),
    /** Another worker, as soon as it is one of those that relay. */
    startPeer: Effect.gen(function* () {
      const [before] = yield* relays
      const peer = yield* startProcess({ ...env, ROLES: "worker" })
      yield* until(relays, ([row]) => Number(row?.["count"]) > Number(before?.["count"]))
      return peer
    }),
    enqueue: Effect.forEach(
      ids,
      (id) => Effect.flatMap(job(id), (data) => Effect.promise(() => producer.add(data, { removeOnComplete: true }))),
      { discard: true }
    ),
    haveEnded: (count: number) => until(recorded, ([row]) => Number(row?.["ended"]) >= count),
    areDelivered: (count: number) => until(recorded, ([row]) => Number(row?.["delivered"]) >= count),
    hubIsAway: until(readiness(env.PORT), ({ body }) => JSON.stringify(body ?? {}).includes("hub does not answer")),
    /** Every user was told, the truth and nothing else; how often more than once. */
    assertTold: Effect.gen(function* () {
      assert.deepStrictEqual([...(yield* told)].toSorted(), ids.map((id) => `${id}_Update_User`).toSorted())
      for (const { Status, Message } of profiles) assert.deepStrictEqual({ Status, Message }, updated)
      return profiles.length - ids.length
    })
  }
})

/** A deployment whose hub is killed, and then as many jobs end there, a user's each. `worker` is alone but for its `peers`. */
const endWhileAway = Effect.fnUntraced(function* (jobs: number, { peers = 0 } = {}) {
  const deployment = yield* deployWithHub(idsOf(jobs))
  const hub = yield* deployment.startHub
  const worker = yield* deployment.start
  for (let count = 0; count < peers; count++) yield* deployment.startPeer
  yield* hub.kill
  yield* deployment.hubIsAway
  yield* deployment.enqueue
  yield* deployment.haveEnded(jobs)
  return { ...deployment, worker }
})

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })(
  "with the hub elsewhere, every outcome arrives",
  (it) => {
    it.effect(
      "that ended while the hub was away, once, though three workers share them",
      () =>
        Effect.gen(function* () {
          const { areDelivered, assertTold, startHub } = yield* endWhileAway(60, { peers: 2 })
          yield* startHub
          yield* areDelivered(60)
          assert.strictEqual(yield* assertTold, 0)
        }),
      60_000
    )

    it.effect(
      "though the hub is killed again and again under load, also while it is told again",
      () =>
        Effect.gen(function* () {
          const ids = idsOf(300)
          const { areDelivered, assertTold, enqueue, profiles, start, startHub, startPeer } = yield* deployWithHub(ids)
          let hub = yield* startHub
          yield* start
          yield* startPeer
          yield* Effect.forkChild(enqueue, { startImmediately: true })
          for (const heard of [30, 60, 120, 240]) {
            yield* until(
              Effect.sync(() => profiles.length),
              (length) => length >= heard
            )
            yield* hub.kill
            hub = yield* startHub
          }
          yield* areDelivered(300)
          yield* assertTold
        }),
      60_000
    )

    const successors = ["a peer", "a lone worker that is started later"] as const

    it.effect.each(successors.map((successor) => ({ successor })))(
      "though the worker that ended the jobs was killed while the hub was away: from $successor",
      ({ successor }) =>
        Effect.gen(function* () {
          const { areDelivered, assertTold, startHub, startPeer, worker } = yield* endWhileAway(20)
          if (successor === "a peer") yield* startPeer
          worker.child.kill("SIGKILL")
          yield* worker.ended
          yield* startHub
          const began = Date.now()
          if (successor !== "a peer") yield* startPeer
          yield* areDelivered(20)
          assert.isBelow(Date.now() - began, 13_000)
          assert.strictEqual(yield* assertTold, 0)
        }),
      60_000
    )

    it.effect(
      "at once from another worker, where the one that ended the jobs leaves by itself",
      () =>
        Effect.gen(function* () {
          const { areDelivered, assertTold, startHub, startPeer, worker } = yield* endWhileAway(20)
          yield* startPeer
          worker.child.kill("SIGTERM")
          assert.strictEqual(yield* worker.ended, 0)
          yield* startHub
          const began = Date.now()
          yield* areDelivered(20)
          assert.isBelow(Date.now() - began, 7000)
          assert.strictEqual(yield* assertTold, 0)
        }),
      60_000
    )

    it.effect(
      "out of twenty thousand that waited, once, each user's in order",
      () =>
        Effect.gen(function* () {
          const { account, areDelivered, profiles, startHub, worker } = yield* endWhileAway(0)
          yield* query(
            account,
            `INSERT INTO update_ledger_outcomes
             (user_id, position, identity, life, number, job_id, tag, reason, superseded, ended_at, relay)
           SELECT seq MOD 100, 20001 - seq, UNHEX(LPAD(HEX(seq), 64, '0')), 1, seq, seq, IF(seq MOD 3 = 0, 'Updated', 'InvalidToken'), '', FALSE,
             UTC_TIMESTAMP(3), (SELECT relay FROM update_ledger_relays) FROM seq_1_to_20000`
          )
          yield* startHub
          yield* areDelivered(20_000)
          assert.strictEqual(profiles.length, 20_000)
          assert.strictEqual(worker.child.exitCode, null)
          const rows = yield* query(account, "SELECT user_id, tag FROM update_ledger_outcomes ORDER BY user_id, position")
          const expected = rows.map(({ user_id, tag }) => `${user_id}_Update_User ${tag === "Updated"}`)
          assert.deepStrictEqual(
            profiles.map(({ Id, Status }) => `${Id} ${Status}`),
            expected
          )
          assert.strictEqual((yield* readOutcomes(account)).filter((row) => row["delivered_at"] === null).length, 0)
        }),
      60_000
    )
  }
)
