import { type Redis } from "ioredis"
import { markLua } from "./marks.ts"
import type { RawJob } from "./rawJobs.ts"

/** The keys that order and redelivery need. `id` is Bull's counter; `life` is ours, outside the names that job ids make. */
export interface Keys {
  readonly life: string
  readonly id: string
  readonly job: (id: string) => string
}

/**
 * What Redis says as a job is picked up. `runs` counts how often it was, this time included. `lostRuns` are the earlier ones that began
 * and of which nobody said that they were harmless; where there are none, this one counts as begun, else it begins with {@link begin}.
 * `life` is the text of our key, absent where it is missing; `counter` is Bull's. A job `isGone`
 * where Redis has forgotten it since Bull took it, or has another of its id.
 */
export interface PickedUp {
  readonly runs: number
  readonly lostRuns: number
  readonly number: number
  readonly isGone: boolean
  readonly life: string | undefined
  readonly counter: number
}

/**
 * Marks the job as picked up and reads its number, in one step. A counted id is its own number; a custom one takes the next number
 * of the same counter, once, and keeps it in the job's hash. A mark that is no number counts as none, and a job whose hash is gone
 * gets none.
 */
export const pickUp = async (client: Redis, keys: Keys, { id, hash, hasCustomId }: RawJob): Promise<PickedUp> => {
  const counted = !hasCustomId && /^[1-9][0-9]{0,14}$/u.test(id) ? id : ""
  const reply = await client.eval(script, 3, keys.job(id), keys.id, keys.life, counted, hash["timestamp"] ?? "")
  const [runs, lostRuns, number, counter, isThere, life] = reply as [number, number, number, number, number, string | null]
  return { runs, lostRuns, number, counter, isGone: isThere === 0, life: life ?? undefined }
}

const script = `
${markLua}
local isThere = redis.call("EXISTS", KEYS[1]) == 1 and (redis.call("HGET", KEYS[1], "timestamp") or "") == ARGV[2]
local function setMark(name, value)
  if isThere then redis.call("HSET", KEYS[1], name, value) end
end
local text = redis.pcall("GET", KEYS[2])
local counter = type(text) == "string" and tonumber(text) or 0
local number = tonumber(ARGV[1])
if number == nil or (isThere and number > counter) then
  number = isThere and mark("updatePlace")
  if not number then
    local taken = redis.pcall("INCR", KEYS[2])
    number = type(taken) == "number" and taken > 0 and taken < 1e15 and taken or 0
    counter = math.max(counter, number)
    if number > 0 then setMark("updatePlace", number) end
  end
end
local runs = (mark("updateRuns") or 0) + 1
setMark("updateRuns", runs)
local life = redis.pcall("GET", KEYS[3])
local begun = mark("updateBegun") or 0
local lost = math.max(0, begun - (mark("updateSpared") or 0))
if lost == 0 then setMark("updateBegun", begun + 1) end
return {runs, lost, number, counter, isThere and 1 or 0, type(life) == "string" and life}
`

/** Notes that a run begins which may be lost. */
export const begin = async (client: Redis, keys: Keys, { id, hash }: RawJob): Promise<unknown> =>
  client.eval(begun, 1, keys.job(id), hash["timestamp"] ?? "")

const begun = `
${markLua}
if (redis.call("HGET", KEYS[1], "timestamp") or "") == ARGV[1] and redis.call("EXISTS", KEYS[1]) == 1 then
  redis.call("HSET", KEYS[1], "updateBegun", (mark("updateBegun") or 0) + 1)
end
`

/** Empties what a job carried, if Redis still has it. */
export const erase = async (client: Redis, keys: Keys, id: string): Promise<unknown> => client.eval(empty, 1, keys.job(id))

const empty = `if redis.call("EXISTS", KEYS[1]) == 1 then redis.call("HSET", KEYS[1], "data", "{}") end`

/** Names the life of the queue, unless another worker has named one since `before` was read. Returns the one that stands. */
export const nameLife = async (client: Redis, keys: Keys, before: string | undefined, life: number): Promise<string> =>
  String(await client.eval(rename, 1, keys.life, before ?? "", String(life)))

const rename = `
local now = redis.pcall("GET", KEYS[1])
if type(now) ~= "string" or now == ARGV[1] or not string.match(now, "^[1-9]%d*$") then
  redis.call("SET", KEYS[1], ARGV[2])
  return ARGV[2]
end
return now
`

/** The text of our key as it stands now; absent where there is none, or what stands there is no text. */
export const readLife = async (client: Redis, keys: Keys): Promise<string | undefined> =>
  ((await client.eval(textOf, 1, keys.life)) as string | null) ?? undefined

const textOf = `local life = redis.pcall("GET", KEYS[1]) return type(life) == "string" and life`

/** Bull's counter as it stands now. */
export const readCounter = async (client: Redis, keys: Keys): Promise<number> => Number((await client.get(keys.id)) ?? 0)
