import { type Server } from "node:http"
import { type AddressInfo } from "node:net"
import { Effect, type Scope } from "effect"
import { type LocalStackError, localStackError } from "./LocalStackError.ts"

/** Where an encryption service is: what `PORT_ENCRYPT` has to say. `decrypt` undoes what it did to one value. */
export interface Encryption {
  readonly url: string
  readonly port: number
  readonly decrypt: (base64: string) => string
}

/** Has a server listen, on any free port where 0 is given, until the scope closes; its connections end with it. */
export const listen = (server: Server, port: number, host = "127.0.0.1"): Effect.Effect<number, LocalStackError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<number, LocalStackError>((resume) => {
      server.once("error", () =>
        resume(
          Effect.fail(localStackError("portTaken", `The encryption service could not listen on port ${port}: is it taken?`))
        )
      )
      server.listen(port, host, () => resume(Effect.succeed((server.address() as AddressInfo).port)))
    }),
    () =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )
