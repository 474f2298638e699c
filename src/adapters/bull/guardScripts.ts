import { type Queue } from "bull"
import { foreignStallsLua } from "./foreignStalls.ts"
import { ownKeysLua } from "./ownKeys.ts"
import { pickUpLua } from "./pickUp.ts"

/**
 * Puts guards of ours before those scripts of Bull that take entries from its lists. They believe that each entry names a job, and
 * break off halfway where one does not: its key holds another type, or its mark or priority is no number. That loses the jobs of the
 * same step, or writes the error into the job that was finished before. An entry that can be no job is taken out instead: one without
 * an id, one whose id is not UTF-8 (no client can name it), and one whose key holds no hash. It has no identity to be recorded under;
 * Bull's parser gets {@link isRefused} in its place. In the same steps a job that is taken is marked as picked up, and of one that ends
 * what it carried is erased.
 */
export const guardScripts = (queue: Queue): void => {
  const scripts: Readonly<Record<string, Script>> = queue.client.scriptsSet
  for (const [name, guard] of Object.entries(guards)) {
    const script = scripts[name]
    if (script === undefined) throw new Error(`Bull has no script ${name}`)
    const bull = `local function bull()\n${script.lua}\nend\n`
    queue.client.defineCommand(name, {
      numberOfKeys: script.numberOfKeys,
      lua: `${ownKeysLua}${foreignStallsLua}${entryLua}${pickUpLua}${bull}${guard}${conclusions[name] ?? "return bull()"}`
    })
  }
}

/** Whether a hash is what the guards give for an entry that they took out. Bull writes `processedOn` into each job that it takes. */
export const isRefused = (hash: Readonly<Record<string, string>>): boolean => hash["processedOn"] === undefined

interface Script {
  readonly lua: string
  readonly numberOfKeys: number
}

const entryLua = `
local function isUtf8(text)
  if not string.find(text, "[\\128-\\255]") then return true end
  local sequences = {
    "[\\194-\\223][\\128-\\191]", "\\224[\\160-\\191][\\128-\\191]", "\\237[\\128-\\159][\\128-\\191]",
    "[\\225-\\236\\238\\239][\\128-\\191][\\128-\\191]", "\\240[\\144-\\191][\\128-\\191][\\128-\\191]",
    "[\\241-\\243][\\128-\\191][\\128-\\191][\\128-\\191]", "\\244[\\128-\\143][\\128-\\191][\\128-\\191]"
  }
  for _, sequence in ipairs(sequences) do text = string.gsub(text, sequence, ".") end
  return not string.find(text, "[\\128-\\255]")
end
local function canBeNoJob(base, id)
  if id == "" or isOwnName(id) or not isUtf8(id) then return true end
  local kind = typeOf(base .. id)
  return kind ~= "hash" and kind ~= "none"
end
local function resetUnlessCount(key, field)
  local text = redis.call("HGET", key, field)
  if text and not (#text <= 9 and string.match(text, "^%d+$")) then redis.call("HSET", key, field, 0) end
end
`

const conclusions: Readonly<Record<string, string>> = {
  moveToActive: `return pickUp(ARGV[1], bull())`,
  moveToFinished: `
local reply = bull()
local isEnded = reply == 0 or type(reply) == "table"
if isEnded and redis.call("EXISTS", KEYS[3]) == 1 then redis.call("HSET", KEYS[3], "data", "{}") end
return pickUp(ARGV[9], reply)`
}

const guards = {
  moveToActive: `
freeOwnKeys(ARGV[1], namesOfEachStep)
local entry = ARGV[5] == "" and redis.call("LINDEX", KEYS[1], -1) or ARGV[5]
if isOwnName(entry) then freeOwnKeys(ARGV[1], ownNames) end
if ARGV[5] == "" then
  entry = redis.call("LINDEX", KEYS[1], -1)
  if entry and canBeNoJob(ARGV[1], entry) then
    redis.call("RPOP", KEYS[1])
    return {{"refused", "1"}, entry}
  end
  if entry then exempt(ARGV[1] .. entry) end
elseif string.find(ARGV[5], "\\239\\191\\189", 1, true) or canBeNoJob(ARGV[1], ARGV[5]) then
  local isThere = false
  for _, entry in ipairs(redis.call("LRANGE", KEYS[2], 0, -1)) do
    if canBeNoJob(ARGV[1], entry) then
      redis.call("LREM", KEYS[2], 1, entry)
    elseif entry == ARGV[5] then
      isThere = true
    end
  end
  if not isThere then return {{"refused", "1"}, ARGV[5]} end
else
  exempt(ARGV[1] .. ARGV[5])
end
`,
  moveToFinished: `
freeOwnKeys(ARGV[9], namesOfEachStep)
if ARGV[8] == "1" then
  local entry = redis.call("LINDEX", KEYS[4], -1)
  if entry and canBeNoJob(ARGV[9], entry) then
    ARGV[8] = "0"
  elseif entry then
    exempt(ARGV[9] .. entry)
  end
end
`,
  moveStalledJobsToWait: `
freeOwnKeys(ARGV[2], ownNames)
for _, entry in ipairs(redis.call("SMEMBERS", KEYS[1])) do
  if canBeNoJob(ARGV[2], entry) then
    redis.call("LREM", KEYS[3], 0, entry)
    redis.call("SREM", KEYS[1], entry)
  else
    exempt(ARGV[2] .. entry)
  end
end
if typeOf(KEYS[3]) == "list" then
  for _, entry in ipairs(redis.call("LRANGE", KEYS[3], 0, -1)) do exempt(ARGV[2] .. entry) end
end
takeBack(ARGV[2], tonumber(ARGV[3]))
`,
  updateDelaySet: `
freeOwnKeys(ARGV[1], ownNames)
for _, entry in ipairs(redis.call("ZRANGEBYSCORE", KEYS[1], "-inf", "(0", "LIMIT", 0, 1000)) do
  redis.call("ZADD", KEYS[1], 0, entry)
end
for _, entry in ipairs(redis.call("ZRANGEBYSCORE", KEYS[1], 0, tonumber(ARGV[2]) * 0x1000, "LIMIT", 0, 1000)) do
  if canBeNoJob(ARGV[1], entry) then
    redis.call("ZREM", KEYS[1], entry)
  else
    resetUnlessCount(ARGV[1] .. entry, "priority")
  end
end
`
}
