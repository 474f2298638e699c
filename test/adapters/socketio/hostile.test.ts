import { assert, it } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import { until } from "../../support/until.ts"
import { connect } from "./client.ts"
import { ada, bob, startHub, tokenOf } from "./hub.ts"

const admission = `40${JSON.stringify(tokenOf(bob).auth)}`
const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`

const malformed: Readonly<Record<string, ReadonlyArray<string | Uint8Array<ArrayBuffer>>>> = {
  "no packet type": [""],
  "an unknown engine type": ["9"],
  "an unknown socket type": ["4x"],
  "an event before the handshake": ['42["joinRoom","x"]'],
  "a handshake that is no object": ['40"text"'],
  "a handshake that is an array": ["40[1]"],
  "a handshake with __proto__": ['40{"__proto__":{"token":"x"}}'],
  "an unknown namespace": ["40/admin,{}"],
  "an event of an unknown namespace": [admission, '42/admin,["joinRoom","x"]'],
  "a second handshake": [admission, admission],
  "an event without data": [admission, "42"],
  "an event without a name": [admission, "42[]"],
  "an event that is null": [admission, "42null"],
  "an event that is an object": [admission, '42{"0":"joinRoom"}'],
  "broken JSON": [admission, '42["joinRoom",'],
  "a reserved name": [admission, '42["disconnect"]'],
  "the name error": [admission, '42["error",{"message":"x"}]'],
  "the name newListener": [admission, '42["newListener","x"]'],
  "the name __proto__": [admission, '42["__proto__",{}]'],
  "an object as a room": [admission, '42["joinRoom",{"toString":1,"length":-1}]'],
  "a deep room": [admission, `42["joinRoom",${deep}]`],
  "no arguments with a callback": [admission, '421["joinRoom"]'],
  "an acknowledgement of nothing": [admission, "4399999[]"],
  "an acknowledgement that is no array": [admission, '430{"x":1}'],
  "a million attachments": [admission, '451000000-["joinRoom",{"_placeholder":true,"num":0}]'],
  "a placeholder out of place": [admission, '451-["joinRoom",{"_placeholder":true,"num":7}]', new Uint8Array([1])],
  "bytes that nobody announced": [admission, new Uint8Array([1, 2, 3])],
  "more than is taken": [admission, `42["joinRoom","${"x".repeat(20_000)}"]`]
}

/** Sends raw frames on a WebSocket, those after the admission once it is admitted, and waits until the server has cut it. */
const send = (port: number, frames: ReadonlyArray<string | Uint8Array<ArrayBuffer>>): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const socket = yield* Effect.acquireRelease(
      Effect.sync(() => new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`)),
      (socket) => Effect.sync(() => socket.close())
    )
    yield* Effect.callback<void>((resume) => {
      socket.addEventListener("close", () => resume(Effect.void))
      socket.addEventListener("message", ({ data }) => {
        const [first, ...others] = frames
        const opened = String(data).startsWith("0")
        const admitted = String(data).startsWith("40{")
        if (opened && first !== undefined) socket.send(first)
        if (admitted || (opened && first !== admission)) for (const frame of [...others, "42[]"]) socket.send(frame)
      })
    })
  })

it.live.each(Object.entries(malformed))("stays up for others when a client sends %s", ([, frames]) =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    const healthy = yield* connect(hub.port, tokenOf(ada))
    yield* send(hub.port, frames)
    yield* hub.tell(ada)
    yield* until(
      Effect.sync(() => healthy.heard.length),
      (count) => count === 1
    )
    yield* connect(hub.port, tokenOf(bob))
    assert.deepStrictEqual(Object.keys(Object.prototype), [])
  })
)

it.live("stays up for others when a client polls with bodies that are no packets", () =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    const healthy = yield* connect(hub.port, tokenOf(ada))
    const url = `http://127.0.0.1:${hub.port}/socket.io/?EIO=4&transport=polling`
    const ask = (query: string, init?: RequestInit) =>
      Effect.promise(() =>
        fetch(url + query, init).then(
          (response) => response.text(),
          () => ""
        )
      )
    for (const [type, body] of [
      ["application/octet-stream", "40"],
      ["text/plain", "x".repeat(20_000)],
      ["text/plain", "\u001e\u001e"]
    ] as const) {
      const { sid } = JSON.parse((yield* ask("")).slice(1))
      yield* ask(`&sid=${sid}`, { method: "POST", headers: { "content-type": type }, body })
    }
    yield* ask("&sid=unknown")
    yield* ask("&sid=__proto__")
    yield* ask("", { method: "DELETE" })
    yield* hub.tell(ada)
    yield* until(
      Effect.sync(() => healthy.heard.length),
      (count) => count === 1
    )
  })
)

it.live("stays up for others when two WebSockets upgrade one polling session at once", () =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    const healthy = yield* connect(hub.port, tokenOf(ada))
    const host = `127.0.0.1:${hub.port}/socket.io/?EIO=4`
    const opened = yield* Effect.promise(() => fetch(`http://${host}&transport=polling`).then((response) => response.text()))
    const { sid } = JSON.parse(opened.slice(1))
    const racers = yield* Effect.forEach([1, 2], () =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const socket = new WebSocket(`ws://${host}&transport=websocket&sid=${sid}`)
          for (const frame of ["2probe", "5", "5", admission, "2probe"])
            socket.addEventListener("open", () => socket.send(frame))
          return socket
        }),
        (socket) => Effect.sync(() => socket.close())
      )
    )
    yield* until(
      Effect.sync(() => racers.filter(({ readyState }) => readyState === WebSocket.CLOSED).length),
      (closed) => closed > 0
    )
    yield* hub.tell(ada)
    yield* until(
      Effect.sync(() => healthy.heard.length),
      (count) => count === 1
    )
  })
)
