import { assert, layer } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { readOutcomes } from "./support/database.ts"
import { deploy, job, openPage, serversLayer, startProcess } from "./support/deployment.ts"
import { makeKey, signJwt } from "./support/issuer.ts"
import type { Row } from "../src/local/sql.ts"
import { freePort } from "../src/local/ports.ts"
import * as StandIns from "./support/standIns.ts"
import { tcpProxy } from "./support/tcpProxy.ts"
import { until } from "./support/until.ts"

const ada = "1234567890"
const concurrency = 5
const outage = "8 seconds"
const key = makeKey("ES256")
const short = { JOB_DEADLINE: "2 seconds", CONCURRENCY: `${concurrency}`, ENCRYPT_XML: "strict" }
const removed = { removeOnComplete: true, removeOnFail: true }

type Deployment = Effect.Success<ReturnType<typeof deploy>>

/** A deployment whose every neighbour but Redis can be sent away. */
const stage = Effect.fnUntraced(function* (verifier: "secret" | "token service" | "issuer") {
  const encryption = yield* StandIns.encryption
  const tokens = yield* StandIns.tokenService
  const issuer = yield* StandIns.issuer(key)
  const deployment = yield* deploy([ada], { ...short, PORT_ENCRYPT: encryption.url })
  const database = yield* tcpProxy(deployment.account.port)
  const secretKey = { JWT_SECRET_KEY: deployment.env.JWT_SECRET_KEY }
  const verifiers = { secret: secretKey, "token service": { API_JWT: tokens.url }, issuer: { JWT_JWKS_URL: issuer.url } }
  const env = { ...deployment.env, JWT_SECRET_KEY: "", MYSQL_PORT: `${database.port}`, ...verifiers[verifier] }
  return { ...deployment, env, encryption, tokens, issuer, database }
})
type Stage = Effect.Success<ReturnType<typeof stage>>

const enqueue = ({ producer }: Pick<Deployment, "producer">, changes: object = {}) =>
  Effect.flatMap(job(ada, { ...changes }), (data) => Effect.promise(() => producer.add(data, removed)))

const counts = ({ producer }: Pick<Deployment, "producer">) => Effect.promise(() => producer.getJobCounts())

const outcomes = ({ account }: Pick<Deployment, "account">) => readOutcomes(account)

const failures = (outcomes: ReadonlyArray<Row>) =>
  outcomes.filter(({ tag }) => tag !== "Updated").map(({ tag, reason }) => `${tag}: ${reason}`)

const esToken = Effect.sync(() => ({ Token: signJwt(key, { Id: ada, exp: Math.floor(Date.now() / 1000) + 3600 }) }))

/** Adds jobs all the time until the scope closes; how many so far. */
const stream = Effect.fnUntraced(function* (stage: Stage, changes: Effect.Effect<object> = Effect.succeed({})) {
  let added = 0
  const add = Effect.tap(
    Effect.flatMap(changes, (fields) => enqueue(stage, fields)),
    () => Effect.sync(() => added++)
  )
  yield* Effect.forkScoped(Effect.repeat(add, Schedule.spaced("50 millis")))
  return () => added
})

/** What an outage is for a neighbour, and what it may have been asked meanwhile, but for the jobs in hand as it began. */
const cases = {
  "the encryption service": {
    verifier: "secret",
    of: (stage: Stage) => stage.encryption,
    probe: /<phone>0000000000<\/phone><password>made-up password<\/password>/u,
    mayFail: concurrency
  },
  "the token service": {
    verifier: "token service",
    of: (stage: Stage) => stage.tokens,
    probe: /^\{"Token":"made-up"\}$/u,
    mayFail: concurrency
  },
  "the issuer": { verifier: "issuer", of: (stage: Stage) => stage.issuer, probe: /^$/u, mayFail: concurrency },
  MySQL: { verifier: "secret", of: () => undefined, probe: /^$/u, mayFail: 0 }
} as const

const neighbours = ["the encryption service", "the token service", "the issuer", "MySQL"] as const

const suffer = Effect.fnUntraced(function* (name: (typeof neighbours)[number]) {
  const { verifier, of, probe, mayFail } = cases[name]
  const staged = yield* stage(verifier)
  const standIn = of(staged)
  const fromTheStart = name === "the issuer"
  const setAway = (away: boolean) =>
    standIn === undefined ? staged.database.set(away ? "cut" : "through") : (standIn.state.isAway = () => away)
  if (fromTheStart) setAway(true)
  yield* staged.startWith(staged.env)
  const added = yield* stream(staged, fromTheStart ? esToken : undefined)
  if (!fromTheStart) yield* until(outcomes(staged), ({ length }) => length > 5)
  setAway(true)
  const began = Date.now()
  yield* Effect.sleep(outage)
  const during = yield* counts(staged)
  const asked = standIn?.asked.filter(({ at }) => at > began + 3_500) ?? []
  if (standIn !== undefined) standIn.state.atOnce = 0
  setAway(false)
  const promised = added()
  const ended = yield* until(outcomes(staged), ({ length }) => length >= promised)
  return {
    name,
    failed: failures(ended),
    mayFail,
    active: during.active,
    waiting: during.waiting,
    asked,
    probe,
    atOnce: standIn?.state.atOnce ?? 0
  }
})

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })(
  "an outage that is four times as long as the deadline",
  (it) => {
    it.effect(
      "fails at most the jobs in hand as it began, of MySQL none; new ones stay in Redis, and no probe is a job",
      () =>
        Effect.gen(function* () {
          const reports = yield* Effect.forEach(neighbours, suffer, { concurrency: "unbounded" })
          for (const { name, failed, mayFail, active, waiting, asked, probe, atOnce } of reports) {
            assert.isAtMost(failed.length, mayFail, `${name}: ${failed.join()}`)
            assert.isAtMost(active, concurrency, `${name}: taken`)
            assert.isAbove(waiting, 30, `${name}: waiting`)
            assert.isAtMost(asked.length, 6, `${name}: probes`)
            if (name !== "MySQL") assert.isAbove(asked.length, 0, `${name}: probes`)
            assert.isTrue(
              asked.every(({ body }) => probe.test(body)),
              `${name}: what a probe carries`
            )
            assert.isAtMost(atOnce, concurrency + 1, `${name}: at once after its return`)
          }
        }),
      60_000
    )
  }
)

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("a neighbour", (it) => {
  it.effect(
    "that one worker cannot reach, but its peer can, costs at most the jobs in hand of that worker",
    () =>
      Effect.gen(function* () {
        const staged = yield* stage("secret")
        const lonely = yield* StandIns.encryption
        const port = { PORT: `${yield* freePort}` }
        yield* staged.startWith(staged.env)
        yield* startProcess({ ...staged.env, ...port, ROLES: "worker", PORT_ENCRYPT: lonely.url })
        const added = yield* stream(staged)
        yield* until(
          Effect.sync(() => lonely.asked.length),
          (length) => length > 5
        )
        lonely.state.isAway = () => true
        yield* until(Effect.sync(added), (count) => count > 150)
        const promised = added()
        const ended = yield* until(outcomes(staged), ({ length }) => length >= promised)
        assert.isAtMost(failures(ended).length, concurrency, failures(ended).join())
        assert.isAbove(staged.encryption.asked.length, 50)
      }),
    60_000
  )

  it.effect(
    "that answers every second request with 503 stops nothing and fails nothing",
    () =>
      Effect.gen(function* () {
        const staged = yield* stage("token service")
        staged.encryption.state.isAway = (number) => number % 2 === 0
        staged.tokens.state.isAway = (number) => number % 2 === 1
        yield* staged.startWith({ ...staged.env, JOB_DEADLINE: "2 minutes" })
        const page = yield* openPage(staged.hubUrl, ada)
        for (let number = 0; number < 30; number++) yield* enqueue(staged)
        const ended = yield* until(outcomes(staged), ({ length }) => length >= 30)
        assert.deepStrictEqual(failures(ended), [])
        yield* until(
          Effect.sync(() => page.length),
          (length) => length >= 30
        )
      }),
    120_000
  )
})
