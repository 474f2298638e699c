import { type Queue } from "bull"
import { markLua } from "./marks.ts"
import type { RawJob } from "./rawJobs.ts"

/**
 * Puts a job that this process holds back to where it is the next to be taken, with nothing counted against it. Of a job that is
 * another's by now nothing is changed.
 */
export const handBack = async (queue: Queue, { id, hash, run }: RawJob): Promise<void> => {
  const keys = [
    queue.toKey(id),
    `${queue.toKey(id)}:lock`,
    ...["active", "stalled", "wait", "paused", "meta-paused"].map(toKey(queue))
  ]
  await queue.client.eval(give, keys.length, ...keys, id, tokenOf(queue), hash["timestamp"] ?? "", run.isBegun ? 1 : 0)
}

/** Notes that the present run of a job is not to be blamed, should the job be delivered again: this process outlived it. */
export const spare = async (queue: Queue, { id, hash, run }: RawJob): Promise<void> => {
  await queue.client.eval(spared, 1, queue.toKey(id), "", "", hash["timestamp"] ?? "", run.isBegun ? 1 : 0)
}

const toKey = (queue: Queue) => (name: string) => queue.toKey(name)

const tokenOf = (queue: Queue): string => (queue as Queue & { readonly token: string }).token

const spared = `
${markLua}
if ARGV[4] == "1" and redis.call("TYPE", KEYS[1]).ok == "hash" and (redis.call("HGET", KEYS[1], "timestamp") or "") == ARGV[3] then
  redis.call("HSET", KEYS[1], "updateSpared", (mark("updateSpared") or 0) + 1)
end
`

const give = `
if redis.call("GET", KEYS[2]) ~= ARGV[2] then return end
redis.call("DEL", KEYS[2])
if redis.call("LREM", KEYS[3], 1, ARGV[1]) == 0 then return end
redis.call("SREM", KEYS[4], ARGV[1])
redis.call("RPUSH", redis.call("EXISTS", KEYS[7]) == 1 and KEYS[6] or KEYS[5], ARGV[1])
${spared}`
