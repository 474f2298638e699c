import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { readOutcomes, readUsers } from "./support/database.ts"
import { deploy, job, serversLayer } from "./support/deployment.ts"
import { until } from "./support/until.ts"

const busy = "busy"
const others = Array.from({ length: 20 }, (_, index) => `other-${index}`)
const places = Array.from({ length: 400 }, (_, index) => index)
const userAt = (place: number) => (place % 2 === 0 ? busy : (others[(place >> 1) % others.length] ?? busy))

/** How far behind its place in the queue a job may end: the slots of the process, and those that wait for their users' locks. */
const slack = 60

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("where one user makes half of all jobs", (it) => {
  it.effect(
    "those of the others end in their turn, no job is lost, and the last one of each user stands",
    () =>
      Effect.gen(function* () {
        const { account, producer, start } = yield* deploy([busy, ...others])
        const jobs = yield* Effect.forEach(places, (place) => job(userAt(place), { Username: `place ${place}` }))
        yield* Effect.promise(() => producer.addBulk(jobs.map((data, place) => ({ data, opts: { jobId: `place-${place}` } }))))
        yield* start
        const outcomes = yield* until(readOutcomes(account), ({ length }) => length === places.length)
        assert.isTrue(outcomes.every(({ tag }) => tag === "Updated"))
        const ofOthers = outcomes.flatMap((row, rank) => (row["user_id"] === busy ? [] : [rank - placeOf(row["job_id"])]))
        assert.strictEqual(ofOthers.length, places.length / 2)
        assert.isBelow(Math.max(...ofOthers), slack)
        for (const { Id, Name } of yield* readUsers(account))
          assert.strictEqual(Name, `place ${places.findLast((place) => userAt(place) === Id)}`)
      }),
    60_000
  )
})

const placeOf = (jobId: unknown) => Number(String(jobId).slice("place-".length))
