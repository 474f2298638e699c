import { Effect } from "effect"
import { type Redis } from "ioredis"

/** The fields of a job's hash, as text; an absent one is not written. */
export type Fields = Readonly<Record<string, string | undefined>>

/** Where a hostile entry is written. `good` is the hash of a job that is in order, but for its id. */
export interface Place {
  readonly redis: Redis
  readonly key: (name: string) => string
  readonly good: Fields
}

/** Something that a stranger wrote into the queue. */
export interface HostileEntry {
  readonly name: string
  readonly write: (place: Place) => Promise<unknown>
  /** The ids under which it is delivered, in order; what can be no job is delivered under none. */
  readonly delivered: ReadonlyArray<string>
  /** What the ledger says of it in the end, where it is delivered, if a job that is in order ends as `Updated`. */
  readonly ends: string
  /** Whether the user that the good job names is told. */
  readonly told: boolean
}

/** What hostile entries carry, to be looked for where it must not be. */
export const canary = "canary-of-a-hostile-job"

const fieldsOf = (hash: Fields): Record<string, string> =>
  Object.fromEntries(Object.entries(hash).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

const writeHash = ({ redis, key, good }: Place, id: string, changes: Fields) =>
  redis.hset(key(id), fieldsOf({ ...good, ...changes }))

const waits = async (place: Place, id: string | Buffer) => place.redis.lpush(place.key("wait"), id)

const idOf = (name: string) => name.replaceAll(canary, "x").slice(0, 60)

const job = (name: string, changes: Fields, ends = "Updated", told = true, id = idOf(name)): HostileEntry => ({
  name,
  ends,
  told,
  delivered: [id],
  write: async (place) => {
    await writeHash(place, id, changes)
    await waits(place, id)
  }
})

const noJob = (name: string, write: (place: Place, id: string) => Promise<unknown>): HostileEntry => ({
  name,
  ends: "",
  told: false,
  delivered: [],
  write: (place) => write(place, idOf(name))
})

const withOptions = (opts: string) => job(`has options ${opts.slice(0, 60)}`, { opts })
const called = (id: string) =>
  job(`has the id ${JSON.stringify(id.slice(0, 30))}`, { opts: JSON.stringify({ jobId: id }) }, "Updated", true, id)

const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`

const unreadable = "InvalidJob: unreadable"
const named = "InvalidJob: named"

/** Jobs whose content is hostile. */
export const contents: ReadonlyArray<HostileEntry> = [
  job("has no JSON for data", { data: `{"Password":"${canary}` }, unreadable, false),
  job("has empty data", { data: "" }, unreadable, false),
  job("has no data", { data: undefined }, unreadable, false),
  job("has no timestamp", { timestamp: undefined }),
  job("has no options", { opts: undefined }),
  job("has no name", { name: undefined }, named),
  job("has another name", { name: canary }, named),
  job("is named __proto__", { name: "__proto__" }, named),
  job("has fields named like members of objects", { ["__proto__"]: canary, constructor: canary, toString: canary }),
  job("has fields that Bull reads", { id: canary, processedOn: canary, progress: canary, stacktrace: canary }),
  job("is deep JSON", { data: deep(100_000) }, unreadable, false),
  job("has a deep member", { data: `{"Id":"1234567890","Image":${deep(100_000)}}` }, "InvalidJob: Token"),
  job("has a member twice", { data: `{"Id":"1234567890","Id":"${canary}"}` }, "InvalidJob: Token", false),
  job("begins with a byte order mark", { data: `\uFEFF{"Id":"1234567890"}` }, unreadable, false),
  job("has lone surrogates", { data: `{"Id":"1234567890","Password":"\\ud800${canary}"}` }, "InvalidJob: Token"),
  job("has 13 MiB", { data: `{"Id":"1234567890","Image":"${"A".repeat(13 * 1024 * 1024)}"}` }, "InvalidJob: tooLarge"),
  job("has garbage for our marks", { updateRuns: canary, updatePlace: "-1.5e9", stalledCounter: canary }),
  job("has huge marks", { updateRuns: "9".repeat(400), updatePlace: "9".repeat(400), stalledCounter: "9".repeat(400) }),
  job("has hostile marks of Bull", { deid: "*", attemptsMade: canary, priority: canary, delay: canary, returnvalue: canary })
]

/** Jobs whose options are hostile. */
export const options: ReadonlyArray<HostileEntry> = [
  ...["{", "[1,2]", "7", "null", '"text"', "", deep(50_000), `{"jobId":${deep(1_000)}}`].map(withOptions),
  ...[
    { priority: -1 },
    { priority: 1e300 },
    { priority: 0.5 },
    { priority: canary },
    { delay: -1 },
    { delay: 1e15 },
    { timeout: 1 },
    { timeout: -1 },
    { timeout: canary },
    { attempts: 1e9, backoff: 1 },
    { attempts: -1, backoff: { type: canary } },
    { repeat: { cron: "* * * * * *" } },
    { repeat: canary },
    { lifo: canary },
    { parent: { id: "1", queue: "other" }, parentKey: "bull:other:1" },
    { preventParsingData: true, stackTraceLimit: -1 },
    { removeOnComplete: canary, removeOnFail: { age: -1, count: 0.5 } },
    { removeOnComplete: Number.MAX_SAFE_INTEGER, removeOnFail: { age: Number.MAX_SAFE_INTEGER } }
  ].map((options) => withOptions(JSON.stringify(options)))
]

/** Jobs whose ids are hostile. */
export const ids: ReadonlyArray<HostileEntry> = [
  ..."__proto__,constructor,toString,42,0,-1,1e3,a:b:c,5:lock,with space,ключ 🔑,line\nbreak,'\",*,waiting,events,limiter".split(
    ","
  ),
  "NUL\0",
  "\uFFFD",
  "x".repeat(1024)
].map(called)

const ownNames = "id,wait,active,stalled,completed,failed,priority,delayed,meta-paused,stalled-check,paused".split(",")

const notUtf8 = Buffer.from([0x62, 0xff, 0xfe])

/** Entries of the list that can be no job, and jobs that are no hash. */
export const entries: ReadonlyArray<HostileEntry> = [
  {
    name: "is an entry without a hash",
    ends: unreadable,
    told: false,
    delivered: ["999"],
    write: (place) => waits(place, "999")
  },
  {
    name: "is an entry twice",
    ends: "Updated",
    told: true,
    delivered: ["twice", "twice"],
    write: async (place) => {
      await writeHash(place, "twice", { opts: "{}" })
      await waits(place, "twice")
      await waits(place, "twice")
    }
  },
  noJob("is an entry without an id", (place) => waits(place, "")),
  noJob("is an entry whose id is not UTF-8", async (place) => {
    await place.redis.hset(Buffer.concat([Buffer.from(place.key("")), notUtf8]), fieldsOf(place.good))
    await waits(place, notUtf8)
  }),
  noJob("is a string in a job's place", async (place, id) => {
    await place.redis.set(place.key(id), canary)
    await waits(place, id)
  }),
  noJob("is a list in a job's place", async (place, id) => {
    await place.redis.rpush(place.key(id), canary)
    await waits(place, id)
  }),
  ...ownNames.map((name) => noJob(`${name}, a key of Bull, as an entry`, (place) => waits(place, name)))
]

/** Jobs that stand in the place of Bull's own keys: each waits under another id. */
export const inPlaceOfKeys: ReadonlyArray<HostileEntry> = ownNames
  .filter((name) => name !== "wait" && name !== "id" && name !== "paused")
  .map((name) => ({
    name: `${name}, a key of Bull, as a job`,
    ends: "Updated",
    told: true,
    delivered: [`${name}~1700000000000`],
    write: async (place) => {
      await writeHash(place, name, { timestamp: "1700000000000", opts: JSON.stringify({ jobId: name }) })
      await place.redis.lpush(place.key(name === "meta-paused" ? "paused" : "wait"), name)
    }
  }))

const lies = (name: string, write: (place: Place, id: string) => Promise<unknown>, ends = "Updated"): HostileEntry => ({
  name,
  ends,
  told: ends === "Updated",
  delivered: [idOf(name)],
  write: (place) => write(place, idOf(name))
})

/** What lies where only running, delayed or ended jobs are. It is found within two stalled checks. */
export const elsewhere: ReadonlyArray<HostileEntry> = [
  lies(
    "is active without a lock, its data no JSON",
    async (place, id) => {
      await writeHash(place, id, { stalledCounter: canary, data: canary })
      await place.redis.lpush(place.key("active"), id)
    },
    unreadable
  ),
  lies(
    "is active, stalled and without a hash",
    async ({ redis, key }, id) => {
      await redis.lpush(key("active"), id)
      await redis.sadd(key("stalled"), id)
    },
    unreadable
  ),
  noJob("is stalled and nowhere else", ({ redis, key }, id) => redis.sadd(key("stalled"), id)),
  noJob("is active and no hash", async ({ redis, key }, id) => {
    await redis.set(key(id), canary)
    await redis.lpush(key("active"), id)
  }),
  noJob("is active under an id that is not UTF-8", ({ redis, key }) => redis.lpush(key("active"), notUtf8)),
  noJob("is active without an id", ({ redis, key }) => redis.lpush(key("active"), "")),
  ...["-1", "-inf", "0", "4096"].map((score) =>
    lies(`is delayed until ${score}, with a hostile priority`, async (place, id) => {
      await writeHash(place, id, { priority: "nan", delay: canary })
      await place.redis.zadd(place.key("delayed"), score, id)
    })
  ),
  noJob("is delayed and no hash", async ({ redis, key }, id) => {
    await redis.set(key(id), canary)
    await redis.zadd(key("delayed"), 1, id)
  })
]

/** Whatever could still be delivered: an entry that stays in one of these comes back in time. */
export const leftIn = ({ redis, key }: Place) =>
  Effect.promise(async () => {
    const lists = await Promise.all(["wait", "active", "paused"].map((name) => redis.lrange(key(name), 0, -1)))
    return [...lists.flat(), ...(await redis.zrange(key("delayed"), "0", "-1")), ...(await redis.smembers(key("stalled")))]
  }).pipe(Effect.catchDefect(() => Effect.succeed(["a key of Bull that is not its own"])))
