import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { Profile } from "../../src/domain/ProfileResponse.ts"
import type { Transcript } from "./Client.ts"

/** What the hub that is elsewhere was told of each user, over all its lives. */
export const readTold = async (logs: string, users: ReadonlyArray<string>): Promise<ReadonlyArray<Transcript>> => {
  const text = await readFile(join(logs, "hub-elsewhere.log"), "utf8")
  const profiles = text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Profile)
  const rooms = Map.groupBy(profiles, ({ Id }) => Id)
  return users.map((userId) => ({ userId, heard: rooms.get(`${userId}_Update_User`) ?? [] }))
}
