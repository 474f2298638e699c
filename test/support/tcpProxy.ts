import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { Effect } from "effect"

/**
 * What becomes of what travels: it goes `through`; connections are `cut` and new ones refused; or nothing goes on, as behind a firewall
 * that swallows packets: in both directions, or the `answers` or the `requests` alone. What was swallowed arrives when it goes through again, as
 * TCP sends it again.
 */
export type Traffic = "through" | "cut" | "swallow" | "swallowAnswers" | "swallowRequests"

const flows: Readonly<Record<Traffic, { readonly requests: boolean; readonly answers: boolean }>> = {
  through: { requests: true, answers: true },
  cut: { requests: false, answers: false },
  swallow: { requests: false, answers: false },
  swallowAnswers: { requests: true, answers: false },
  swallowRequests: { requests: false, answers: true }
}

interface Pair {
  readonly client: Socket
  readonly server: Socket
}

const cut = ({ client, server }: Pair) => {
  client.destroy()
  server.destroy()
}

const flow = (from: Socket, goes: boolean) => (goes ? from.resume() : from.pause())

/** A TCP proxy on this machine, in front of a port. Gone with its connections when the scope closes. */
export const tcpProxy = Effect.fnUntraced(function* (target: number) {
  const pairs = new Set<Pair>()
  let traffic: Traffic = "through"
  const steer = ({ client, server }: Pair) => {
    flow(client, flows[traffic].requests)
    flow(server, flows[traffic].answers)
  }
  const listener = createServer((client) => {
    if (traffic === "cut") return void client.on("error", () => undefined).destroy()
    const server = connect(target, "127.0.0.1")
    const pair = { client, server }
    const part = () => {
      pairs.delete(pair)
      cut(pair)
    }
    client.on("data", (data) => server.write(data))
    server.on("data", (data) => client.write(data))
    for (const socket of [client, server]) socket.setNoDelay().on("close", part).on("error", part)
    pairs.add(pair)
    steer(pair)
  })
  const port = yield* Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      listener.listen(0, "127.0.0.1", () => resume(Effect.succeed((listener.address() as AddressInfo).port)))
    }),
    () =>
      Effect.sync(() => {
        listener.close()
        pairs.forEach(cut)
      })
  )
  const set = (now: Traffic) => {
    traffic = now
    for (const pair of pairs) {
      if (now === "cut") cut(pair)
      else steer(pair)
    }
  }
  return { port, url: `http://127.0.0.1:${port}`, set }
})
