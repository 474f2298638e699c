import { connect } from "node:net"
import { Effect } from "effect"
import { socketServer } from "./localServer.ts"

/** A balancer before hubs on this machine: each new connection goes to the port that `target` was set to last. */
export const openBalancer = (first: number) =>
  Effect.gen(function* () {
    const balancer = { target: first }
    const url = yield* socketServer((socket) => {
      const onward = connect(balancer.target, "127.0.0.1")
      onward.on("error", () => socket.destroy()).on("close", () => socket.destroy())
      socket
        .on("close", () => onward.destroy())
        .pipe(onward)
        .pipe(socket)
    })
    return Object.assign(balancer, { url })
  })
