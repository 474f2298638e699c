import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { socketServer } from "../support/localServer.ts"
import { until } from "../support/until.ts"
import { makeLink } from "./Link.ts"

/** A server that says back what it hears, behind a link. */
const echoed = Effect.gen(function* () {
  const accepted: Array<Socket> = []
  const url = yield* socketServer((socket) => {
    accepted.push(socket)
    socket.pipe(socket)
  })
  const link = makeLink(Number(new URL(url).port))
  const heard: Array<string> = []
  const port = yield* link.open((chunk) => heard.push(chunk.toString()))
  const call = Effect.acquireRelease(
    Effect.promise(async () => {
      const socket = connect(port, "127.0.0.1")
      let text = ""
      let isClosed = false
      socket.on("error", () => undefined).on("data", (chunk) => void (text += String(chunk)))
      socket.on("close", () => void (isClosed = true))
      await once(socket, "connect")
      const says = (wanted: string) =>
        until(
          Effect.sync(() => text),
          (text) => text === wanted
        )
      return {
        socket,
        says,
        text: () => text,
        closes: until(
          Effect.sync(() => isClosed),
          (isClosed) => isClosed
        )
      }
    }),
    ({ socket }) => Effect.sync(() => socket.destroy())
  )
  return { accepted, call, heard, link }
})

it.live("a link passes on both ways, in order, and lets somebody read along", () =>
  Effect.gen(function* () {
    const { call, heard, link } = yield* echoed
    const { says, socket } = yield* call
    socket.write("a")
    yield* says("a")
    link.set({ kind: "slow", latency: 50 })
    socket.write("b")
    yield* until(
      Effect.sync(() => heard.length),
      (length) => length === 2
    )
    link.set({ kind: "pass" })
    socket.write("c")
    yield* says("abc")
    assert.deepStrictEqual(heard, ["a", "b", "c"])
  }).pipe(Effect.scoped)
)

it.live("a slow link takes its time, each way", () =>
  Effect.gen(function* () {
    const { call, link } = yield* echoed
    const { says, socket } = yield* call
    link.set({ kind: "slow", latency: 60 })
    const began = performance.now()
    socket.write("a")
    yield* says("a")
    assert.isAtLeast(performance.now() - began, 115)
  }).pipe(Effect.scoped)
)

it.live("a link that is cut drops what there is and lets nobody in", () =>
  Effect.gen(function* () {
    const { call, link } = yield* echoed
    const { closes, says, socket } = yield* call
    socket.write("a")
    yield* says("a")
    link.set({ kind: "cut" })
    yield* closes
    yield* (yield* call).closes
    link.set({ kind: "pass" })
    const again = yield* call
    again.socket.write("b")
    yield* again.says("b")
  }).pipe(Effect.scoped)
)

it.live("a half-open link keeps connections and forwards nothing, not even their end, and cuts them as it is made good", () =>
  Effect.gen(function* () {
    const { accepted, call, link } = yield* echoed
    const { closes, says, socket, text } = yield* call
    socket.write("a")
    yield* says("a")
    link.set({ kind: "halfOpen" })
    socket.write("b")
    accepted[0]?.destroy()
    const witness = yield* call
    witness.socket.write("c")
    yield* until(
      Effect.sync(() => accepted.length),
      (length) => length === 2
    )
    assert.strictEqual(text(), "a")
    assert.isFalse(socket.closed)
    link.set({ kind: "pass" })
    yield* closes
    yield* witness.closes
    assert.strictEqual(witness.text(), "")
  }).pipe(Effect.scoped)
)

it.live("a link cuts a connection at its limit of bytes", () =>
  Effect.gen(function* () {
    const { call, link } = yield* echoed
    link.set({ kind: "byteLimit", limit: 10 })
    const { closes, says, socket } = yield* call
    socket.write("abc")
    yield* says("abc")
    socket.write("a longer text")
    yield* closes
  }).pipe(Effect.scoped)
)

it.live("a link answers in the server's place", () =>
  Effect.gen(function* () {
    const { call, link } = yield* echoed
    link.set({ kind: "answer", text: "no" })
    const { closes, socket, text } = yield* call
    socket.write("a")
    yield* closes
    assert.strictEqual(text(), "no")
  }).pipe(Effect.scoped)
)
