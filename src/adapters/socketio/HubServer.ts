import { Effect, FiberSet, Layer } from "effect"
import { type CannotStart } from "../../domain/CannotStart.ts"
import { roomOf } from "../../domain/ProfileResponse.ts"
import { Hub } from "../../services/Hub.ts"
import { Ledger } from "../../services/Ledger.ts"
import { NotificationBus } from "../../services/NotificationBus.ts"
import { Readiness } from "../../services/Readiness.ts"
import { TokenVerifier } from "../../services/TokenVerifier.ts"
import { type AdmitOptions, makeAdmit } from "./admit.ts"
import { answerJoinRoom } from "./joinRoom.ts"
import { listen, openHub, type Origins } from "./openHub.ts"
import { tell } from "./tell.ts"

/** Where the hub listens, on all addresses where no `host` is given, and who may connect. */
export interface HubServerOptions extends AdmitOptions {
  readonly port: number
  readonly host?: string
  readonly origins: Origins
}

/**
 * Our own messages hub (README, wire contract 5): a client shows its token in the handshake, is put in the room of the token's user
 * and hears that user's outcomes, whichever process recorded them. `CannotStart` where another process listens there.
 */
export const layer = (
  options: HubServerOptions
): Layer.Layer<Hub, CannotStart, TokenVerifier | Ledger | NotificationBus | Readiness> =>
  Layer.effect(
    Hub,
    Effect.gen(function* () {
      const ledger = yield* Ledger
      const bus = yield* NotificationBus
      const readiness = yield* Readiness
      const admit = makeAdmit(yield* TokenVerifier, options)
      if (options.anonymous) yield* Effect.logWarning(anonymousWarning)

      const open = yield* openHub(options.origins)
      const { http, io } = open
      const run = yield* FiberSet.makeRuntime()
      const deliver: Hub["Service"]["deliver"] = (recorded) =>
        Effect.sync(() => tell(io, recorded, () => void run(ledger.delivered(recorded.identity))))

      io.use((socket, next) => {
        const admitted = Effect.match(admit(socket.handshake.auth["token"]), {
          onFailure: next,
          onSuccess: (userId) => {
            if (userId !== undefined) socket.data.userId = userId
            next()
          }
        })
        run(admitted)
      })
      io.on("connection", (socket) => {
        const { userId } = socket.data
        if (userId !== undefined) void socket.join(roomOf(userId))
        answerJoinRoom(socket, options.readUserId)
      })

      yield* bus.subscribe(deliver)
      yield* listen(open, options.port, options.host)
      yield* readiness.register(
        "hub",
        Effect.suspend(() => (http.listening ? Effect.void : Effect.fail("does not listen")))
      )
      yield* Effect.logInfo(`the messages hub listens on port ${options.port}`)
      return Hub.of({ deliver })
    })
  )

const anonymousWarning =
  "MESSAGES_ANONYMOUS is on: anyone may listen to anyone's notifications. Have the page send its token in auth.token and turn it off"
