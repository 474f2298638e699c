import { Schema } from "effect"
import { JobIdentity } from "./JobRef.ts"
import { type Recorded, Sentence, sentences } from "./Outcome.ts"
import type { UserId } from "./UserId.ts"

/** What a client of our own hub hears as `Profile_Response`. The descriptions of its fields are those of the README. */
export const ProfileResponse = Schema.Struct({
  ...Sentence.fields,
  NotificationId: JobIdentity.annotate({ description: "the same each time that this outcome is announced" }),
  JobId: Schema.String.annotate({ description: "Bull's id of the job" }),
  Position: Schema.Int.annotate({ description: "grows by one with each outcome of the user" })
})
export type ProfileResponse = typeof ProfileResponse.Type

/** What a client of our own hub hears as `Profile_Position` once it has heard all that it missed (README, wire contract 5). */
export const ProfilePosition = Schema.Struct({
  Position: Schema.Int.annotate({ description: "the position that the client has now" })
})
export type ProfilePosition = typeof ProfilePosition.Type

/** What a hub elsewhere is told as `Profile` (README, wire contract 5). */
export const Profile = Schema.Struct({
  Id: Schema.String.annotate({ description: "the room that is to hear it: `<Id>_Update_User`" }),
  ...Sentence.fields
})
export type Profile = typeof Profile.Type

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
