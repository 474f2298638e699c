import { connect, createServer, type Socket } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { Effect, type Scope } from "effect"
import { freePort } from "../../src/local/ports.ts"

/** What a link does with its connections. `latency` counts in milliseconds; `limit` in bytes of a connection, which is then cut. */
export type LinkMode =
  | { readonly kind: "pass" | "cut" | "halfOpen" }
  | { readonly kind: "slow"; readonly latency: number }
  | { readonly kind: "byteLimit"; readonly limit: number }
  | { readonly kind: "answer"; readonly text: string }

/** A proxy in front of a server on this machine. It can have several ports, so that callers can be told apart. */
export interface Link {
  /** A port more. `tap` sees what callers send there. */
  readonly open: (tap?: Tap) => Effect.Effect<number, never, Scope.Scope>
  readonly set: (mode: LinkMode) => void
}

/** Reads along. */
export type Tap = (chunk: Buffer) => void

/** Makes a link to a port of this machine. `latency` is what it always takes, each way, in milliseconds. */
export const makeLink = (target: number, latency = 0): Link => {
  let mode: LinkMode = { kind: "pass" }
  const pairs = new Set<Pair>()
  const accept = (caller: Socket, tap?: Tap) => {
    if (mode.kind === "cut") return void caller.destroy()
    const pair: Pair = { caller, callee: connect({ port: target, host: "127.0.0.1" }), bytes: 0 }
    pairs.add(pair)
    forward(pair, "caller", "callee", () => mode, latency, tap)
    forward(pair, "callee", "caller", () => mode, latency)
    caller.on("close", () => pairs.delete(pair))
  }
  return {
    open: (tap) =>
      listening(
        (caller) => accept(caller, tap),
        () => pairs.forEach(cut)
      ),
    set: (next) => {
      if (next.kind === "cut" || mode.kind === "halfOpen") pairs.forEach(cut)
      mode = next
    }
  }
}

interface Pair {
  readonly caller: Socket
  readonly callee: Socket
  bytes: number
}

const cut = ({ caller, callee }: Pair) => {
  caller.destroy()
  callee.destroy()
}

const forward = (
  pair: Pair,
  end: "caller" | "callee",
  other: "caller" | "callee",
  modeNow: () => LinkMode,
  latency: number,
  tap?: Tap
) => {
  const to = pair[other]
  let last = Promise.resolve()
  const later = (delay: number, write: () => unknown) => {
    const due = sleep(delay, undefined, { ref: false })
    last = Promise.all([last, due]).then(() => void write())
  }
  const delayNow = (mode: LinkMode) => latency + (mode.kind === "slow" ? mode.latency : 0)
  const take: Readonly<Record<LinkMode["kind"], (chunk: Buffer, mode: LinkMode) => void>> = {
    pass: (chunk, mode) => later(delayNow(mode), () => to.write(chunk)),
    slow: (chunk, mode) => later(delayNow(mode), () => to.write(chunk)),
    cut: () => cut(pair),
    halfOpen: () => undefined,
    byteLimit: (chunk, mode) => {
      pair.bytes += chunk.length
      if (mode.kind === "byteLimit" && pair.bytes > mode.limit) cut(pair)
      else take.pass(chunk, mode)
    },
    answer: (_, mode) => void (mode.kind === "answer" && pair.caller.end(mode.text))
  }
  pair[end]
    .setNoDelay(true)
    .on("error", () => undefined)
    .on("data", (chunk) => {
      tap?.(chunk)
      take[modeNow().kind](chunk, modeNow())
    })
    .on("close", () => {
      if (modeNow().kind !== "halfOpen") later(0, () => to.end())
    })
}

const listening = (accept: (caller: Socket) => void, cutAll: () => void): Effect.Effect<number, never, Scope.Scope> =>
  Effect.gen(function* () {
    const port = yield* freePort
    const server = createServer(accept)
    yield* Effect.acquireRelease(
      Effect.callback<void>((resume) => void server.listen(port, "127.0.0.1", () => resume(Effect.void))),
      () =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void))
          cutAll()
        })
    )
    return port
  })
