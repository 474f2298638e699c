import { Schema } from "effect"
import type { FromClient, ToClient } from "../../src/adapters/socketio/HubSocket.ts"
import type { ToHub } from "../../src/adapters/socketio/relayHub.ts"
import { Profile, ProfilePosition, ProfileResponse } from "../../src/domain/ProfileResponse.ts"
import { code, table } from "./table.ts"

/** Every Socket.IO event of both ways to a hub, and the fields of those that carry an object. */
export const eventsTables = (): string =>
  [
    table(
      ["event", "from", "to", "what it says"],
      Object.entries(events).map(([name, { from, to, about }]) => [code(name), from, to, about])
    ),
    table(
      ["event", "field", "type", "what it means"],
      Object.entries<SocketEvent>(events).flatMap(([event, { fields }]) =>
        fields === undefined ? [] : describe(event, fields)
      )
    )
  ].join("\n\n")

type EventName = keyof FromClient | keyof ToClient | keyof ToHub

interface SocketEvent {
  readonly from: string
  readonly to: string
  readonly about: string
  readonly fields?: Schema.Top
}

const events: Readonly<Record<EventName, SocketEvent>> = {
  joinRoom: {
    from: "page",
    to: "our hub",
    about: "the room to be in, `<Id>_Update_User`, as a string; a callback is told whether the page is in it"
  },
  Profile_Response: {
    from: "our hub",
    to: "page",
    about: "how a job ended; the page may acknowledge by calling the event's callback",
    fields: ProfileResponse
  },
  Profile_Position: {
    from: "our hub",
    to: "page",
    about: "all that was missed has been told; live outcomes follow",
    fields: ProfilePosition
  },
  refreshToken: {
    from: "page",
    to: "our hub",
    about: "a new token of the same user, as a string; a callback is told whether it was taken"
  },
  Profile: {
    from: "this service",
    to: "a hub elsewhere",
    about: "how a job ended, and the room that is to hear it",
    fields: Profile
  }
}

const describe = (event: string, schema: Schema.Top): ReadonlyArray<ReadonlyArray<string>> =>
  Object.entries(readFields(Schema.toJsonSchemaDocument(schema).schema).properties).map(([name, { type, description }]) => [
    code(event),
    code(name),
    type,
    description
  ])

/** A field without a description is refused here, so that none gets into the README without one. */
const readFields = Schema.decodeUnknownSync(
  Schema.Struct({
    properties: Schema.Record(Schema.String, Schema.Struct({ type: Schema.String, description: Schema.NonEmptyString }))
  })
)
