import { Effect, Schedule } from "effect"
import type { Site, Told } from "./site.ts"

/** One job that the hub heard of: when it was to be enqueued, by `performance.now()`, and how long after that, in milliseconds. */
export interface Heard {
  readonly due: number
  readonly latency: number
}

/** Listens to what a site's hub is told of jobs, until the scope closes. */
export const hearHub = Effect.fnUntraced(function* ({ listeners }: Site) {
  const waiting = new Map<string, Array<number>>()
  const heard: Array<Heard> = []
  let expected = 0
  let refused = 0
  const hear = ({ Id, Status }: Told) => {
    const due = waiting.get(Id)?.shift()
    if (due === undefined || !Status) refused++
    else heard.push({ due, latency: performance.now() - due })
  }
  yield* Effect.acquireRelease(
    Effect.sync(() => listeners.add(hear)),
    () => Effect.sync(() => listeners.delete(hear))
  )
  return {
    /** Notes that a job of this user is to be enqueued at this time. */
    expect: (user: string, due: number) => {
      const room = `${user}_Update_User`
      if (!waiting.has(room)) waiting.set(room, [])
      waiting.get(room)?.push(due)
      expected++
    },
    /** Waits until the hub has heard of every job; dies after 60 seconds, and where an update is not told as done. */
    allHeard: Effect.sync(() => heard.length + refused >= expected).pipe(
      Effect.repeat({ schedule: Schedule.spaced("5 millis"), until: (all) => all }),
      Effect.timeoutOrElse({
        duration: "60 seconds",
        orElse: () => Effect.die(new Error("the hub did not hear of every job"))
      }),
      Effect.andThen(Effect.suspend(() => (refused > 0 ? Effect.die(new Error("an update failed")) : Effect.succeed(heard))))
    )
  }
})
