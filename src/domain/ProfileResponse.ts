import type { JobIdentity } from "./JobRef.ts"
import { type Recorded, type Sentence, sentences } from "./Outcome.ts"
import type { UserId } from "./UserId.ts"

/** What a client of our own hub hears as `Profile_Response`. `NotificationId` is the same each time that an outcome is announced. */
export interface ProfileResponse extends Sentence {
  readonly NotificationId: JobIdentity
  readonly JobId: string
  readonly Position: number
}

/** What a hub elsewhere is told as `Profile`: `Id` is the room that it is to send the sentence to (README, wire contract 5). */
export interface Profile extends Sentence {
  readonly Id: string
}

const suffix = "_Update_User"

/** The room in which a user's outcomes are heard: `<Id>_Update_User` (README, wire contract 5). */
export const roomOf = (userId: UserId): string => `${userId}${suffix}`

/** The text that stands for the user in a room's name; absent where a client names anything but such a room. */
export const idInRoom = (room: unknown): string | undefined =>
  typeof room === "string" && room.endsWith(suffix) ? room.slice(0, -suffix.length) : undefined

/** An outcome as our own hub tells it. */
export const toProfileResponse = ({ outcome, identity, jobId, position }: Recorded): ProfileResponse => ({
  ...sentences[outcome.tag],
  NotificationId: identity,
  JobId: jobId,
  Position: position
})

/** An outcome as a hub elsewhere is told it. */
export const toProfile = (userId: UserId, { outcome }: Recorded): Profile => ({
  Id: roomOf(userId),
  ...sentences[outcome.tag]
})
