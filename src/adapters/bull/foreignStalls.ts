/**
 * Lua against Bull workers of others on the same queue. Their stalled check fails a job that stalled more often than they allow, and may
 * remove it with all that says whose it was: `exempt(key)` has no Bull ever fail this one. `takeBack(base, now)` lets those wait again
 * that one failed all the same within the last hour, as it can only where no worker of ours was alive.
 */
export const foreignStallsLua = `
local function exempt(key)
  if typeOf(key) == "hash" then redis.call("HSET", key, "stalledCounter", -1000000000) end
end
local function takeBack(base, now)
  if typeOf(base .. "failed") ~= "zset" then return end
  local target = base .. (redis.call("EXISTS", base .. "meta-paused") == 1 and "paused" or "wait")
  for _, id in ipairs(redis.call("ZREVRANGEBYSCORE", base .. "failed", "+inf", now - 3600000, "LIMIT", 0, 1000)) do
    local key = base .. id
    if redis.pcall("HGET", key, "failedReason") == "job stalled more than allowable limit" then
      redis.call("ZREM", base .. "failed", id)
      redis.call("HDEL", key, "failedReason", "finishedOn")
      exempt(key)
      redis.call("RPUSH", target, id)
    end
  end
end
`
