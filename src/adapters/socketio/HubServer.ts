import { Effect, FiberSet, Layer, Schedule, Semaphore } from "effect"
import { type CannotStart } from "../../domain/CannotStart.ts"
import { roomOf } from "../../domain/ProfileResponse.ts"
import { Hub } from "../../services/Hub.ts"
import { Inbox } from "../../services/Inbox.ts"
import { NotificationBus } from "../../services/NotificationBus.ts"
import { Readiness } from "../../services/Readiness.ts"
import { TokenVerifier } from "../../services/TokenVerifier.ts"
import { type AdmitOptions, makeAdmit } from "./admit.ts"
import { boundedInbox } from "./boundedInbox.ts"
import { catchUp } from "./catchUp.ts"
import { closeExpired } from "./closeExpired.ts"
import { cut } from "./connection.ts"
import { follow } from "./follow.ts"
import { answerJoinRoom } from "./joinRoom.ts"
import { letIn } from "./letIn.ts"
import { hubLimits, type HubLimits } from "./limits.ts"
import { listen, openHub, type Origins } from "./openHub.ts"
import { answerRefreshToken } from "./refreshToken.ts"
import { makeSeats } from "./seats.ts"
import { tell } from "./tell.ts"

/** Where the hub listens, on all addresses where no `host` is given, who may connect, and limits other than `hubLimits`. */
export interface HubServerOptions extends AdmitOptions {
  readonly port: number
  readonly host?: string
  readonly origins: Origins
  readonly limits?: Partial<HubLimits>
}

/**
 * Our own messages hub (README, wire contract 5): a client shows its token in the handshake and hears that user's outcomes: those
 * that it missed, then each as it is recorded, by whichever process. `CannotStart` where another process listens there.
 */
export const layer = (
  options: HubServerOptions
): Layer.Layer<Hub, CannotStart, TokenVerifier | Inbox | NotificationBus | Readiness> =>
  Layer.effect(
    Hub,
    Effect.gen(function* () {
      const limits = { ...hubLimits, ...options.limits }
      const inbox = boundedInbox(yield* Inbox, yield* Semaphore.make(limits.readers))
      const bus = yield* NotificationBus
      const readiness = yield* Readiness
      const admit = makeAdmit(yield* TokenVerifier, options, limits)
      if (options.anonymous) yield* Effect.logWarning(anonymousWarning)

      const run = yield* makeRun
      const open = yield* openHub(options.origins, limits)
      const { http, io } = open
      const deliver: Hub["Service"]["deliver"] = (recorded) => Effect.sync(() => tell(io, recorded, limits))

      io.use(letIn({ admit, seats: makeSeats(limits), run }))
      io.on("connection", (socket) => {
        const { subject } = socket.data
        socket.once("disconnect", () => cut(socket.conn))
        answerJoinRoom(socket, options.readUserId, limits)
        if (subject === undefined) return
        answerRefreshToken(socket, admit, run)
        void socket.join(roomOf(subject.userId))
        socket.data.follower = follow(socket, subject.userId, { inbox, run, limits })
      })

      const caughtUp = catchUp(io, inbox)
      yield* bus.subscribe(deliver, caughtUp)
      yield* Effect.forkScoped(Effect.repeat(caughtUp, Schedule.spaced("3 seconds")))
      yield* Effect.forkScoped(Effect.repeat(closeExpired(io, limits), Schedule.spaced("1 second")))
      yield* listen(open, options.port, options.host)
      yield* readiness.register(
        "hub",
        Effect.suspend(() => (http.listening ? Effect.void : Effect.fail("does not listen")))
      )
      yield* Effect.logInfo(`the messages hub listens on port ${options.port}`)
      return Hub.of({ deliver })
    })
  )

const makeRun = Effect.gen(function* () {
  const running = yield* FiberSet.make()
  const run = yield* FiberSet.runtime(running)<never>()
  yield* Effect.addFinalizer(() => FiberSet.awaitEmpty(running).pipe(Effect.timeoutOption("1 second")))
  return run
})

const anonymousWarning =
  "MESSAGES_ANONYMOUS is on: anyone may listen to anyone's notifications. Have the page send its token in auth.token and turn it off"
