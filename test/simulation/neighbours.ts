import { Effect, Layer, Redacted } from "effect"
import { DbError, EncryptionFailed, InvalidToken, VerifierUnavailable } from "../../src/domain/Errors.ts"
import { Notifier } from "../../src/services/Notifier.ts"
import type { Subject } from "../../src/services/TokenVerifier.ts"
import * as EncryptorMock from "../../src/testing/EncryptorMock.ts"
import * as LedgerMemory from "../../src/testing/LedgerMemory.ts"
import * as TokenVerifierMock from "../../src/testing/TokenVerifierMock.ts"
import { callIn } from "./call.ts"
import type { Hub } from "./hub.ts"
import { unencodable } from "./plan.ts"
import type { Process } from "./Process.ts"
import { CurrentRun } from "./Run.ts"
import { watchLedger, watchTold } from "./watch.ts"
import type { World } from "./World.ts"

/** The token service, as a process reaches it. */
export const layerVerifier = (world: World, process: Process) =>
  TokenVerifierMock.layer({
    calls: [],
    over: () => (token) =>
      callIn(world, {
        process,
        boundary: "verify",
        effect: Effect.suspend(() => verify(Redacted.value(token), world.now())),
        errors: {
          away: () => new VerifierUnavailable({ reason: world.dice.pick(away) }),
          refusal: () =>
            world.dice.chance(0.5) ? new InvalidToken({ reason: "refused" }) : new VerifierUnavailable({ reason: "badAnswer" })
        }
      })
  })

/** The encryption service, as a process reaches it. */
export const layerEncryptor = (world: World, process: Process) =>
  EncryptorMock.layer({
    calls: [],
    over: (usual) => (plain) =>
      callIn(world, {
        process,
        boundary: "encrypt",
        effect: Redacted.value(plain.password).includes(unencodable)
          ? Effect.fail(new EncryptionFailed({ reason: "notEncodable" }))
          : usual(plain),
        errors: {
          away: () => new EncryptionFailed({ reason: world.dice.pick(away) }),
          refusal: () => new EncryptionFailed({ reason: "rejected" })
        }
      })
  })

/** The ledger, as a process reaches it. */
export const layerLedger = (world: World, process: Process) =>
  LedgerMemory.layerOn(world.tables, {
    mysql: (method, identity, effect) =>
      Effect.flatMap(CurrentRun, (run) =>
        callIn(world, {
          process,
          boundary: method,
          effect: Effect.ensuring(effect, watchLedger(world, identity, run)),
          errors: {
            away: () => new DbError({ reason: method === "apply" ? world.dice.pick(["unavailable", "busy"]) : "unavailable" }),
            refusal: () => new DbError({ reason: "procedure" })
          }
        })
      )
  })

/** The way to the hub, as a process has it. What does not get through is lost. */
export const layerNotifier = (world: World, process: Process, hub: Hub) =>
  Layer.succeed(Notifier, {
    announce: (recorded) =>
      Effect.ignore(
        callIn(world, {
          process,
          boundary: "announce",
          effect: Effect.sync(() => {
            watchTold(world, recorded)
            hub.deliver(recorded)
          }),
          errors: { away: () => "away" as const }
        })
      )
  })

const away = ["unreachable", "timeout", "overloaded"] as const

const verify = (token: string, now: number): Effect.Effect<Subject, InvalidToken | VerifierUnavailable> => {
  const [seal, id = "", expires] = token.split(" ")
  const expiresAt = Number(expires)
  if (seal === "forged") return Effect.fail(new InvalidToken({ reason: "signature" }))
  if (seal === "puzzling") return Effect.fail(new VerifierUnavailable({ reason: "badAnswer" }))
  if (seal === "bait") return Effect.die(new RangeError(token))
  return now < expiresAt ? Effect.succeed({ id, expiresAt }) : Effect.fail(new InvalidToken({ reason: "expired" }))
}
