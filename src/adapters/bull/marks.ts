/** Lua: `mark(name)`, a mark of ours in the job's hash, `KEYS[1]`; nothing where it is no number. */
export const markLua = `
local function mark(name)
  local text = redis.call("HGET", KEYS[1], name)
  return text and #text <= 15 and string.match(text, "^%d+$") and tonumber(text)
end`
