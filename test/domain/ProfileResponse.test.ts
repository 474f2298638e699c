import { assert, it } from "@effect/vitest"
import { idInRoom, roomOf, toProfile, toProfileResponse } from "../../src/domain/ProfileResponse.ts"
import { ada } from "../support/deliveries.ts"
import { recordedFor } from "../support/outcomes.ts"

const expired = recordedFor(ada, 7, { tag: "InvalidToken", reason: "expired" })

it("tells a client of our hub the sentence, which job it is of, and its position", () => {
  assert.deepStrictEqual(toProfileResponse(expired), {
    Status: false,
    Message: "Session expired. Please log in again.",
    NotificationId: expired.identity,
    JobId: "7",
    Position: 7
  })
})

it("tells a hub elsewhere the room and the sentence, and nothing else", () => {
  assert.deepStrictEqual(toProfile(ada, expired), {
    Id: "1234567890_Update_User",
    Status: false,
    Message: "Session expired. Please log in again."
  })
})

it("reads the user's identifier in the room's name and nothing in other names or values", () => {
  assert.strictEqual(idInRoom(roomOf(ada)), ada)
  for (const room of [undefined, null, 7, "", ada, `${ada}_update_user`, [roomOf(ada)], { room: roomOf(ada) }])
    assert.strictEqual(idInRoom(room), undefined)
})
