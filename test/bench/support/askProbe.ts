import { once } from "node:events"
import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { Effect } from "effect"

/** The delay of an event loop since it is watched, in milliseconds: what a timer of 10 ms took, so 10 at best. */
export interface LoopDelay {
  readonly p99: number
  readonly longest: number
}

/** What a measured process can be asked, and what it answers; `stopProfile` gives the JSON of a CPU profile. */
export interface Answers {
  readonly collect: boolean
  readonly watch: boolean
  readonly delay: LoopDelay
  readonly startProfile: boolean
  readonly stopProfile: string
}

/** A question to the probe. */
export type Question = keyof Answers

/** Asks the probe in a measured process, which answers on this Unix socket. Dies where there is none. */
export const askProbe = <Q extends Question>(path: string, question: Q): Effect.Effect<Answers[Q]> =>
  Effect.promise(async () => {
    const socket = connect(path)
    await once(socket, "connect")
    socket.write(question)
    return JSON.parse(await text(socket))
  })
