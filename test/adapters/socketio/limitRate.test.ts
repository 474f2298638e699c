import { EventEmitter } from "node:events"
import { assert, expect, it, vi } from "@effect/vitest"
import type { Connection } from "../../../src/adapters/socketio/connection.ts"
import { limitRate } from "../../../src/adapters/socketio/limitRate.ts"
import { hubLimits } from "../../../src/adapters/socketio/limits.ts"

/** A connection under the limits of a hub, on a clock that stands still until it is moved. */
const setUp = () => {
  const now = vi.spyOn(performance, "now").mockReturnValue(0)
  const close = vi.fn<(discard: boolean) => void>()
  const conn = Object.assign(new EventEmitter(), { close })
  limitRate(conn as unknown as Connection, hubLimits)
  const receives = (count: number, data: string) => {
    for (let index = 0; index < count; index++) conn.emit("packet", { type: "message", data })
  }
  return { conn, close, receives, passes: (milliseconds: number) => now.mockReturnValue(performance.now() + milliseconds) }
}

it.for([
  [1000, 10],
  [2000, 20],
  [60_000, 20]
] as const)("twenty messages are borne at once, and %i ms later %i more, but not one beyond", ([later, more]) => {
  const { close, passes, receives } = setUp()
  receives(20, "2")
  passes(later)
  receives(more, "2")
  expect(close).not.toHaveBeenCalled()
  receives(1, "2")
  expect(close).toHaveBeenCalledExactlyOnceWith(true)
})

it("an acknowledgement is free, once for each thing that was sent", () => {
  const { close, conn, receives } = setUp()
  for (let index = 0; index < 1000; index++) conn.emit("packetCreate", { type: "message" })
  receives(1000, "3")
  receives(20, "3")
  assert.strictEqual(close.mock.calls.length, 0)
  receives(1, "3")
  assert.strictEqual(close.mock.calls.length, 1)
})
