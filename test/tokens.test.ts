import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { io } from "socket.io-client"
import { freePort } from "../src/local/ports.ts"
import { readOutcomes } from "./support/database.ts"
import { deploy, type Heard, job, serversLayer } from "./support/deployment.ts"
import { algorithms, keySetOf, makeKey, serveIssuer, signJwt, type SigningKey } from "./support/issuer.ts"
import { until } from "./support/until.ts"

const ada = "1234567890"
const keys = algorithms.map((algorithm) => makeKey(algorithm))
const keySet = keySetOf(...keys)

const tokenOf = (key: SigningKey, id: string, lifetime = 3600) => {
  const iat = Math.floor(Date.now() / 1000)
  return signJwt(key, { Id: id, iat, exp: iat + lifetime })
}

/** The service on a key set at this URL, and a way to add a job with a token and to wait for the outcomes. */
const serve = Effect.fnUntraced(function* (url: string, overrides: Readonly<Record<string, string>> = {}) {
  const deployment = yield* deploy([ada], { JWT_SECRET_KEY: "", JWT_JWKS_URL: url, ...overrides })
  yield* deployment.start
  const add = (Token: string, changes: Readonly<Record<string, unknown>> = {}) =>
    Effect.flatMap(job(ada, { Token, ...changes }), (data) => Effect.promise(() => deployment.producer.add(data)))
  const outcomes = (count: number) => until(readOutcomes(deployment.account), ({ length }) => length >= count)
  return { ...deployment, add, outcomes }
})

/** A page of Ada's on the hub, with this token or none: what it is refused with, or hears. It comes again where it may. */
const openPage = (hubUrl: string, token?: string) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => io(hubUrl, { auth: token === undefined ? {} : { token }, forceNew: true })),
      (page) => Effect.sync(() => page.disconnect())
    ),
    (page) => {
      const events: Array<string> = []
      page.on("connect", () => page.emit("joinRoom", `${ada}_Update_User`, () => events.push("connected")))
      page.on("connect_error", (error: Error & { readonly data?: { readonly retry?: true } }) => {
        events.push(error.message)
        if (error.data?.retry) page.connect()
      })
      page.on("Profile_Response", ({ Message }: Heard) => events.push(Message))
      return events
    }
  )

const hasHeard = (events: ReadonlyArray<string>, event: string, times = 1) =>
  until(
    Effect.sync(() => events.filter((heard) => heard === event).length),
    (count) => count >= times
  )

const tell = (row: Record<string, unknown>) => [row["tag"], row["reason"]].join(" ").trim()

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("the service on a key set", (it) => {
  it.effect("updates by tokens of every algorithm, and has the keys fetched once for a hundred jobs and a page", () =>
    Effect.gen(function* () {
      const issuer = yield* serveIssuer(keySet)
      const { add, hubUrl, outcomes } = yield* serve(issuer.url, { CONCURRENCY: "100" })
      assert.lengthOf(issuer.received, 0)
      const tokens = Array.from({ length: 102 }, (_, index) => keys.map((key) => tokenOf(key, ada))[index % 3] ?? "")
      const [events] = yield* Effect.all(
        [openPage(hubUrl, tokens[0] ?? ""), Effect.forEach(tokens, (token) => add(token), { concurrency: "unbounded" })],
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual([...new Set((yield* outcomes(102)).map(tell))], ["Updated"])
      yield* hasHeard(events, "connected")
      yield* add(tokens[0] ?? "")
      yield* hasHeard(events, "User updated successfully")
      assert.lengthOf(issuer.received, 1)
    })
  )

  it.effect("refuses what the set does not vouch for: another's key, another user, an old token", () =>
    Effect.gen(function* () {
      const issuer = yield* serveIssuer(keySet)
      const { add, outcomes } = yield* serve(issuer.url)
      yield* add(tokenOf(makeKey("ES256"), ada))
      yield* add(tokenOf(makeKey("ES256", "unknown"), ada))
      for (const key of keys) {
        yield* add(tokenOf(key, "another"))
        yield* add(tokenOf(key, ada, -10))
      }
      const told = (yield* outcomes(8)).map(tell).toSorted()
      const expected = ["signature", "signature", "foreign", "foreign", "foreign", "expired", "expired", "expired"]
      assert.deepStrictEqual(told, expected.map((reason) => `InvalidToken ${reason}`).toSorted())
      assert.isAtMost(issuer.received.length, 2)
    })
  )

  it.effect("starts while the issuer is away: jobs and pages wait for it, and then go on", () =>
    Effect.gen(function* () {
      const port = yield* freePort
      const { add, hubUrl, outcomes, account } = yield* serve(`http://127.0.0.1:${port}/jwks.json`)
      const tokens = keys.map((key) => tokenOf(key, ada))
      const events = yield* openPage(hubUrl, tokens[0] ?? "")
      yield* Effect.forEach(tokens, (token) => add(token))
      yield* hasHeard(events, "try again later")
      assert.deepStrictEqual(yield* readOutcomes(account), [])
      yield* serveIssuer(keySet, port)
      assert.deepStrictEqual((yield* outcomes(3)).map(tell), ["Updated", "Updated", "Updated"])
      yield* hasHeard(events, "connected")
    })
  )

  it.effect.each([
    { name: "is away past the deadline", status: 503, reason: "deadline", jobs: 1 },
    { name: "answers nonsense", status: 404, reason: "badAnswer", jobs: 3 }
  ])("never tells a user that the session has expired because the issuer $name", ({ jobs, status, reason }) =>
    Effect.gen(function* () {
      const issuer = yield* serveIssuer(keySet)
      issuer.fail(status)
      const overrides = { JOB_DEADLINE: "2 seconds", MESSAGES_ANONYMOUS: "true" }
      const { add, hubUrl, outcomes } = yield* serve(issuer.url, overrides)
      const events = yield* openPage(hubUrl)
      yield* hasHeard(events, "connected")
      yield* Effect.forEach(keys.slice(0, jobs), (key) => add(tokenOf(key, ada)))
      const told = (yield* outcomes(jobs)).map(tell)
      assert.deepStrictEqual([...new Set(told)], [`VerifierUnavailable ${reason}`])
      yield* hasHeard(events, "Error processing job", jobs)
      assert.deepStrictEqual([...new Set(events)], ["connected", "Error processing job"])
    })
  )
})
