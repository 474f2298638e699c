import { type Redis } from "ioredis"
import type { Keys } from "./lifeKeys.ts"
import { countLua, markLua } from "./marks.ts"
import type { RawJob } from "./rawJobs.ts"

/**
 * What Redis said as a job was picked up. `runs` counts how often it was, this time included. `lostRuns` are the earlier ones that began
 * and of which nobody said that they were harmless; this one begins with {@link begin}, as the reply may have been lost on its way.
 * `life` is the text of our key, empty where it is missing; `counter` is Bull's. The life `holds` where the queue's own hash knows it
 * and the counter has not gone back since.
 */
export interface PickedUp {
  readonly runs: number
  readonly lostRuns: number
  readonly life: string
  readonly counter: number
  readonly holds: boolean
}

/** Reads what {@link pickUpLua} put into a job's hash; absent where Redis had no such job. */
export const readPickUp = (hash: Readonly<Record<string, string>>): PickedUp | undefined =>
  hash["~runs"] === undefined
    ? undefined
    : {
        runs: Number(hash["~runs"]),
        lostRuns: Number(hash["~lost"]),
        life: hash["~life"] ?? "",
        counter: Number(hash["~counter"]),
        holds: hash["~holds"] === "1"
      }

/**
 * Lua: `pickUp(base, reply)` marks the job that a script of Bull replies with as picked up, in the same step, and adds what
 * {@link PickedUp} says to the hash in the reply. A mark that is no number counts as none. The queue's hash `meta`, which goes when Bull
 * obliterates a queue, keeps how far Bull's counter had come.
 */
export const pickUpLua = `${countLua}
local function textAt(key)
  local text = redis.pcall("GET", key)
  return type(text) == "string" and text or ""
end
local function standing(base)
  local life = textAt(string.sub(base, 1, -2) .. "~life")
  local counter = countIn(textAt(base .. "id")) or 0
  local known = redis.pcall("HMGET", base .. "meta", "updateLife", "updateHighest")
  local highest = known[1] == life and countIn(known[2])
  local holds = highest and counter >= highest
  if holds and counter > highest then redis.call("HSET", base .. "meta", "updateHighest", counter) end
  return life, counter, holds
end
local function pickUp(base, reply)
  if type(reply) ~= "table" then return reply end
  local hash, key = reply[1], base .. reply[2]
  local marks = redis.call("HMGET", key, "timestamp", "updateRuns", "updateBegun", "updateSpared")
  if not marks[1] then return reply end
  local runs, begun = (countIn(marks[2]) or 0) + 1, countIn(marks[3]) or 0
  local lost = math.max(0, begun - (countIn(marks[4]) or 0))
  redis.call("HSET", key, "updateRuns", runs)
  local life, counter, holds = standing(base)
  local seen = {"~runs", runs, "~lost", lost, "~life", life, "~counter", counter, "~holds", holds and 1 or 0}
  for _, item in ipairs(seen) do hash[#hash + 1] = tostring(item) end
  return reply
end
`

/**
 * A job's place in the order of acceptance: its id as Bull counted it. A custom id, and one beyond the counter, takes the next number
 * of the same counter, once, and keeps it in the job's hash; 0 where there is no such job any more.
 */
export const takePlace = async (
  client: Redis,
  keys: Keys,
  { id, hash, hasCustomId }: RawJob,
  counter: number
): Promise<number> => {
  const isCounted = !hasCustomId && /^[1-9][0-9]{0,14}$/u.test(id) && Number(id) <= counter
  if (isCounted) return Number(id)
  return Number(await client.eval(place, 2, keys.job(id), keys.id, hash["timestamp"] ?? "", keys.base))
}

const place = `
${markLua}
${pickUpLua}
if redis.call("EXISTS", KEYS[1]) == 0 or (redis.call("HGET", KEYS[1], "timestamp") or "") ~= ARGV[1] then return 0 end
local number = mark("updatePlace")
if number then return number end
local taken = redis.pcall("INCR", KEYS[2])
if type(taken) ~= "number" or taken <= 0 or taken >= 1e15 then return 0 end
redis.call("HSET", KEYS[1], "updatePlace", taken)
standing(ARGV[2])
return taken
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
