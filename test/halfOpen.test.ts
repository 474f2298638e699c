import { assert, layer } from "@effect/vitest"
import { Console, Effect, Schedule } from "effect"
import { serveMessagesHub } from "../src/local/MessagesHub.ts"
import { readOutcomes } from "./support/database.ts"
import { deploy, job, serversLayer } from "./support/deployment.ts"
import { open } from "./support/page.ts"
import { RedisServer } from "./support/redis.ts"
import * as StandIns from "./support/standIns.ts"
import { tcpProxy, type Traffic } from "./support/tcpProxy.ts"
import { until } from "./support/until.ts"

const ada = "1234567890"

type Link = "Redis" | "MySQL" | "the encryption service" | "the token service" | "a page" | "the hub elsewhere"

/** Which link is frozen how, and which line of the log says that it was noticed; a page notices by itself. */
const cases: ReadonlyArray<{ readonly link: Link; readonly traffic: Traffic; readonly notice?: RegExp }> = [
  { link: "Redis", traffic: "swallow", notice: /Redis is away/u },
  { link: "Redis", traffic: "swallowAnswers", notice: /Redis is away/u },
  { link: "MySQL", traffic: "swallow", notice: /MySQL is away/u },
  { link: "MySQL", traffic: "swallowRequests", notice: /MySQL is away/u },
  { link: "the encryption service", traffic: "swallow", notice: /the encryption service is away/u },
  { link: "the token service", traffic: "swallowAnswers", notice: /the token service is away/u },
  { link: "a page", traffic: "swallow" },
  { link: "the hub elsewhere", traffic: "swallow", notice: /the messages hub is away/u }
]

const portOf = (url: string) => Number(new URL(url).port)

/** A deployment on which each link goes over a proxy, with jobs all the time, and how many outcomes were heard. */
const stage = Effect.fnUntraced(function* (link: Link) {
  const redis = yield* RedisServer
  const encryption = yield* StandIns.encryption
  const tokens = yield* StandIns.tokenService
  const deployment = yield* deploy([ada], { ENCRYPT_XML: "strict", JWT_SECRET_KEY: "" })
  let relayed = 0
  const hub = yield* serveMessagesHub({ onProfile: () => relayed++ })
  const targets: Readonly<Record<Link, number>> = {
    Redis: portOf(redis.url),
    MySQL: deployment.account.port,
    "the encryption service": portOf(encryption.url),
    "the token service": portOf(tokens.url),
    "a page": portOf(deployment.hubUrl),
    "the hub elsewhere": hub.port
  }
  const proxy = yield* tcpProxy(targets[link])
  const through = (name: Link, url: string) => (name === link ? proxy.url : url)
  const service = yield* deployment.startWith({
    ...deployment.env,
    REDIS_URL: `redis://127.0.0.1:${new URL(through("Redis", redis.url)).port}`,
    MYSQL_PORT: new URL(through("MySQL", `http://localhost:${deployment.account.port}`)).port,
    PORT_ENCRYPT: through("the encryption service", encryption.url),
    API_JWT: through("the token service", tokens.url),
    ...(link === "the hub elsewhere" ? { PORT_MESSAGES_USERS: proxy.url } : {})
  })
  const page = yield* open(through("a page", deployment.hubUrl), ada)
  const enqueue = Effect.flatMap(job(ada), (data) =>
    Effect.promise(() => deployment.producer.add(data, { removeOnComplete: true, removeOnFail: true }))
  )
  yield* Effect.forkScoped(Effect.repeat(enqueue, Schedule.spaced("250 millis")))
  const recorded = Effect.map(readOutcomes(deployment.account), ({ length }) => length)
  const heard: Readonly<Record<Link, Effect.Effect<number>>> = {
    Redis: recorded,
    MySQL: recorded,
    "the encryption service": recorded,
    "the token service": recorded,
    "a page": Effect.sync(() => page.heard.length),
    "the hub elsewhere": Effect.sync(() => relayed)
  }
  const readTags = Effect.map(readOutcomes(deployment.account), (outcomes) => new Set(outcomes.map(({ tag }) => tag)))
  return { proxy, service, page, heard: heard[link], readTags }
})

const freeze = Effect.fnUntraced(function* ({ link, traffic, notice }: (typeof cases)[number]) {
  const { proxy, service, page, heard, readTags } = yield* stage(link)
  yield* until(heard, (count) => count > 4)
  const before = service.output().length
  const began = Date.now()
  proxy.set(traffic)
  yield* until(
    Effect.sync(() => (notice === undefined ? page.disconnects.length > 0 : notice.test(service.output().slice(before)))),
    (noticed) => noticed
  )
  const noticedAfter = Date.now() - began
  const then = yield* heard
  const healed = Date.now()
  proxy.set("through")
  yield* until(heard, (count) => count > then)
  return { name: `${link}, ${traffic}`, noticedAfter, flowsAfter: Date.now() - healed, tags: yield* readTags }
})

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("a connection on which nothing comes back", (it) => {
  it.effect(
    "is noticed within 15 seconds, jobs flow again within seconds once it is healed, and none has failed",
    () =>
      Effect.gen(function* () {
        const reports = yield* Effect.forEach(cases, freeze, { concurrency: "unbounded" })
        for (const { name, noticedAfter, flowsAfter, tags } of reports) {
          yield* Console.log(`${name}: noticed after ${noticedAfter} ms, jobs flow ${flowsAfter} ms after it is healed`)
          assert.isBelow(noticedAfter, 15_000, name)
          assert.isBelow(flowsAfter, 8_000, name)
          assert.deepStrictEqual([...tags], ["Updated"], name)
        }
      }),
    90_000
  )
})
