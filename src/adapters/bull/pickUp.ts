import { type Redis } from "ioredis"
import { type RawJob } from "./rawJobs.ts"

/** The keys that order and redelivery need. `id` is Bull's counter; `life` is ours, outside the names that job ids can make. */
export interface Keys {
  readonly life: string
  readonly id: string
  readonly job: (id: string) => string
}

/**
 * What Redis says as a job is picked up. `life` is the text of our key, absent where it is missing; `counter` is Bull's. A job `isGone`
 * where Redis has forgotten it since Bull took it, or has another of its id.
 */
export interface PickedUp {
  readonly runs: number
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
  const [runs, number, counter, isThere, life] = reply as [number, number, number, number, string | null]
  return { runs, number, counter, isGone: isThere === 0, life: life ?? undefined }
}

const script = `
local function mark(name)
  local text = redis.call("HGET", KEYS[1], name)
  return text and #text <= 15 and string.match(text, "^%d+$") and tonumber(text)
end
local isThere = redis.call("EXISTS", KEYS[1]) == 1 and (redis.call("HGET", KEYS[1], "timestamp") or "") == ARGV[2]
local function setMark(name, value)
  if isThere then redis.call("HSET", KEYS[1], name, value) end
end
local counter = tonumber(redis.call("GET", KEYS[2]) or "0") or 0
local number = tonumber(ARGV[1])
if number == nil or (isThere and number > counter) then
  number = isThere and mark("updatePlace")
  if not number then
    counter = redis.call("INCR", KEYS[2])
    number = counter
    setMark("updatePlace", number)
  end
end
local runs = (mark("updateRuns") or 0) + 1
setMark("updateRuns", runs)
local life = redis.pcall("GET", KEYS[3])
return {runs, number, counter, isThere and 1 or 0, type(life) == "string" and life}
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
