/** Lua: `countIn(text)`, the number that a text of at most 15 digits is; nothing where it is none. */
export const countLua = `
local function countIn(text)
  return type(text) == "string" and #text <= 15 and string.match(text, "^%d+$") and tonumber(text)
end
`

/** Lua: `mark(name)`, a mark of ours in the job's hash, `KEYS[1]`; nothing where it is no number. */
export const markLua = `${countLua}
local function mark(name) return countIn(redis.call("HGET", KEYS[1], name)) end
`
