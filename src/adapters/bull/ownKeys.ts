/** Names of Bull's own keys: a job with such an id takes the place of the key, and the whole queue stands still. */
const ownNames = [
  "id",
  "wait",
  "paused",
  "active",
  "delayed",
  "priority",
  "completed",
  "failed",
  "stalled",
  "stalled-check",
  "meta-paused"
]

/**
 * Lua: `isOwnName(id)`, and `freeOwnKeys(base, names)`, which gives a job that stands in the place of one of these keys another id, its
 * own with `~` and its timestamp behind it, and lets it wait under that. Where it waits nowhere, its producer was told that it was not
 * accepted, and it is deleted.
 */
export const ownKeysLua = `
local ownNames = {${ownNames.map((name) => `"${name}"`).join(", ")}}
local namesOfEachStep = {"wait", "priority", "completed", "failed", "stalled"}
local function isOwnName(id)
  for _, name in ipairs(ownNames) do
    if name == id then return true end
  end
  return false
end
local function typeOf(key) return redis.call("TYPE", key).ok end

local function takeOut(base, name)
  local isQueued = false
  for _, list in ipairs({"wait", "paused", "active"}) do
    if typeOf(base .. list) == "list" and redis.call("LREM", base .. list, 0, name) > 0 then isQueued = true end
  end
  for _, set in ipairs({"priority", "delayed"}) do
    if typeOf(base .. set) == "zset" and redis.call("ZREM", base .. set, name) > 0 then isQueued = true end
  end
  return isQueued
end

local function freeOwnKeys(base, names)
  for _, name in ipairs(names) do
    if typeOf(base .. name) == "hash" then
      local timestamp = string.match(redis.call("HGET", base .. name, "timestamp") or "", "^%d+$") or "0"
      local id = name .. "~" .. string.sub(timestamp, 1, 20)
      if takeOut(base, name) and redis.call("RENAMENX", base .. name, base .. id) == 1 then
        redis.call("LPUSH", base .. "wait", id)
      else
        redis.call("DEL", base .. name)
      end
      if name == "meta-paused" then
        while redis.call("RPOPLPUSH", base .. "paused", base .. "wait") do end
      end
    end
  end
end
`
