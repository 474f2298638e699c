import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { until } from "../../support/until.ts"
import { connect, transports } from "./client.ts"
import { ada, startHub, tokenOf } from "./hub.ts"

const ours = "https://www.example.com"
const origins = [ours, "http://localhost:8080"]

const from = (origin: string) => ({ ...tokenOf(ada), extraHeaders: { origin } })

const poll = (port: number, init: RequestInit = {}) =>
  Effect.promise(() => fetch(`http://127.0.0.1:${port}/socket.io/?EIO=4&transport=polling`, init))

const allowed = (port: number, origin: string) => Effect.map(poll(port, { headers: { origin } }), ({ headers }) => headers)

it.live.each(transports)("lets in the listed origins and clients that send none, and no other origin, over %s", (transport) =>
  Effect.gen(function* () {
    const { port } = yield* startHub({ origins })
    for (const origin of origins) yield* connect(port, { ...from(origin), transports: [transport] })
    yield* connect(port, { ...tokenOf(ada), transports: [transport] })
    for (const origin of ["https://evil.example", `${ours}.evil.example`, "http://www.example.com", "null", ""])
      yield* Effect.flip(connect(port, { ...from(origin), reconnection: false, transports: [transport] }))
  })
)

it.live.each(transports)("lets in any origin where none is listed, over %s", (transport) =>
  Effect.gen(function* () {
    const { port } = yield* startHub()
    yield* connect(port, { ...from("https://anywhere.example"), transports: [transport] })
  })
)

it.live("tells a browser which origins may read, never with credentials", () =>
  Effect.gen(function* () {
    const { port: open } = yield* startHub()
    const { port: listed } = yield* startHub({ origins })
    const any = yield* allowed(open, "https://anywhere.example")
    assert.strictEqual(any.get("access-control-allow-origin"), "*")
    assert.isNull(any.get("access-control-allow-credentials"))
    const named = yield* allowed(listed, ours)
    assert.strictEqual(named.get("access-control-allow-origin"), ours)
    assert.isNull(named.get("access-control-allow-credentials"))
    assert.isNull((yield* allowed(listed, "https://evil.example")).get("access-control-allow-origin"))
  })
)

it.live("serves no client script, no old protocol and nothing else but sockets", () =>
  Effect.gen(function* () {
    const { port } = yield* startHub()
    const statusOf = (path: string) =>
      Effect.map(
        Effect.promise(() => fetch(`http://127.0.0.1:${port}${path}`)),
        ({ status }) => status
      )
    assert.strictEqual(yield* statusOf("/"), 404)
    assert.strictEqual(yield* statusOf("/socket.io/socket.io.js"), 400)
    assert.strictEqual(yield* statusOf("/socket.io/?EIO=3&transport=polling"), 400)
  })
)

it.live("tells a client how often it pings and how much it takes", () =>
  Effect.gen(function* () {
    const { port } = yield* startHub()
    const handshake = yield* Effect.flatMap(poll(port), (response) => Effect.promise(() => response.text()))
    assert.deepInclude(JSON.parse(handshake.slice(1)), { pingInterval: 8000, pingTimeout: 6000, maxPayload: 16_384 })
  })
)

it.live("does not start on a port that is taken and says how to name the hub that has it", () =>
  Effect.gen(function* () {
    const { port } = yield* startHub()
    const error = yield* Effect.flip(startHub({ port }))
    assert.strictEqual(error._tag, "CannotStart")
    assert.strictEqual(
      error.message,
      `PORT_MESSAGES_USERS=${port}: the port is taken. If another messages hub runs there, give its URL instead: ` +
        `PORT_MESSAGES_USERS=http://127.0.0.1:${port}/`
    )
  })
)

it.live("does not start on an address that it cannot have and says why", () =>
  Effect.gen(function* () {
    const error = yield* Effect.flip(startHub({ host: "192.0.2.1" }))
    assert.strictEqual(error._tag, "CannotStart")
    assert.match(error.message, /^PORT_MESSAGES_USERS=\d+: cannot listen on that port \(EADDRNOTAVAIL\)$/u)
  })
)

it.live("is ready while it listens, and stopping afterwards", () =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    assert.deepStrictEqual(yield* hub.report, { hub: "ok" })
    yield* hub.stop
    assert.deepStrictEqual(yield* hub.report, { hub: "stopping" })
  })
)

it.live.each(transports)("frees its port when it stops, and its clients come back by themselves, over %s", (transport) =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    const client = yield* connect(hub.port, { ...tokenOf(ada), transports: [transport] })
    const reasons: Array<string> = []
    client.socket.on("disconnect", (reason) => reasons.push(reason))
    const began = Date.now()
    yield* hub.stop
    assert.isBelow(Date.now() - began, 900)
    yield* until(
      Effect.sync(() => client.socket.connected),
      (connected) => !connected
    )
    assert.notInclude(reasons, "io server disconnect")
    const next = yield* startHub({ port: hub.port })
    yield* until(
      Effect.sync(() => client.socket.connected),
      (connected) => connected
    )
    yield* next.tell(ada)
    yield* until(
      Effect.sync(() => client.heard.length),
      (count) => count === 1
    )
  })
)
