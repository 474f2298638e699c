import { type Redis } from "ioredis"
import { countLua } from "./marks.ts"
import type { RawJob } from "./rawJobs.ts"

/**
 * The keys that order and redelivery need. `base` is what all of Bull's keys begin with, `id` Bull's counter, `meta` a hash that goes
 * when Bull obliterates the queue; `life` is ours, outside the names that job ids make.
 */
export interface Keys {
  readonly base: string
  readonly life: string
  readonly id: string
  readonly meta: string
  readonly job: (id: string) => string
}

/**
 * Names the life of the queue and notes how far Bull's counter has come, unless another worker has named one since `before` was read.
 * Returns the name that stands.
 */
export const nameLife = async (client: Redis, keys: Keys, before: string, life: number): Promise<string> =>
  String(await client.eval(rename, 3, keys.life, keys.meta, keys.id, before, String(life)))

const rename = `${countLua}
local now = redis.pcall("GET", KEYS[1])
if type(now) ~= "string" or now == ARGV[1] or not string.match(now, "^[1-9]%d*$") then
  redis.call("SET", KEYS[1], ARGV[2])
  local counter = redis.pcall("GET", KEYS[3])
  if redis.call("TYPE", KEYS[2]).ok ~= "hash" then redis.call("DEL", KEYS[2]) end
  redis.call("HSET", KEYS[2], "updateLife", ARGV[2], "updateHighest", countIn(counter) or 0)
  return ARGV[2]
end
return now
`

/** What stands in Redis now: the text of our key, empty where it is none, and how far Bull's counter is known to have come in that life. */
export interface Standing {
  readonly life: string
  /** -1 where the queue's hash does not know the life, or the counter is below what it knows: Redis went back. */
  readonly reached: number
}

/** Reads the {@link Standing}. */
export const readStanding = async (client: Redis, keys: Keys): Promise<Standing> => {
  const [life, reached] = (await client.eval(standing, 3, keys.life, keys.meta, keys.id)) as [string, number]
  return { life, reached }
}

const standing = `${countLua}
local life, counter = redis.pcall("GET", KEYS[1]), redis.pcall("GET", KEYS[3])
local known = redis.pcall("HMGET", KEYS[2], "updateLife", "updateHighest")
life = type(life) == "string" and life or ""
local highest = known[1] == life and countIn(known[2]) or -1
if (countIn(counter) or 0) < highest then highest = -1 end
return {life, highest}
`

/** Whether Redis still has a job that was taken from it. */
export const isStillThere = async (client: Redis, keys: Keys, { id, hash }: RawJob): Promise<boolean> =>
  (await client.hget(keys.job(id), "timestamp")) === hash["timestamp"]
