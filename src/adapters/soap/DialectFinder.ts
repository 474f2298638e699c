import { Effect, Semaphore } from "effect"
import type { EncryptionFailed } from "../../domain/Errors.ts"
import { type Dialect, encodeRequest } from "./encodeRequest.ts"
import { type Exchange } from "./exchange.ts"
import { findDialect, type Lengths, probes } from "./findDialect.ts"
import { isTransient } from "./transient.ts"

/** Knows how the service reads. */
export interface DialectFinder {
  /** The dialect, found out once, however many ask. Fails while the service is away; a refusal means `undetermined` for now. */
  readonly find: Effect.Effect<Dialect, EncryptionFailed>
  /** Forgets what was found out: the service was away, and another may stand in its place. */
  readonly forget: Effect.Effect<void>
}

/**
 * Finds out by made-up values how a service reads, unless the configuration says so. What was found out holds while no connection
 * ended: a service that went away while nobody called may have come back as another.
 */
export const makeDialectFinder = (
  xml: "auto" | Dialect,
  exchange: Exchange,
  endedConnections: () => number
): Effect.Effect<DialectFinder> =>
  Effect.sync(() => {
    if (xml !== "auto") return { find: Effect.succeed(xml), forget: Effect.void }
    const oneAtATime = Semaphore.makeUnsafe(1).withPermit
    let found: { readonly dialect: Dialect; readonly ended: number } | undefined
    const known = () => (found?.ended === endedConnections() ? found.dialect : undefined)

    const find = Effect.gen(function* () {
      const before = known()
      if (before !== undefined) return before
      const ended = endedConnections()
      const dialect = findDialect(yield* measure(exchange))
      if (dialect !== found?.dialect) yield* tell[dialect]
      found = { dialect, ended }
      return dialect
    })
    return {
      find: Effect.suspend(() => {
        const dialect = known()
        return dialect === undefined ? oneAtATime(find) : Effect.succeed(dialect)
      }).pipe(
        Effect.catchIf(
          (error) => !isTransient(error),
          () => Effect.succeed("undetermined" as const)
        )
      ),
      forget: Effect.sync(() => void (found = undefined))
    }
  })

const measure = (exchange: Exchange): Effect.Effect<Lengths, EncryptionFailed> =>
  Effect.all({
    forty: lengthOf(exchange, probes.forty),
    ampersands: lengthOf(exchange, probes.ampersands),
    twoHundred: lengthOf(exchange, probes.twoHundred)
  })

const lengthOf = (exchange: Exchange, password: string) =>
  Effect.map(exchange(asItStands(password)), (encrypted) => Buffer.from(encrypted.password, "base64").length)

const asItStands = (password: string) =>
  (encodeRequest({ phone: "0000000000", password: "" }, "strict") ?? "").replace("<password>", `<password>${password}`)

const tell: Readonly<Record<Dialect, Effect.Effect<void>>> = {
  strict: Effect.logInfo("the encryption service undoes XML escapes (ENCRYPT_XML=strict)"),
  literal: Effect.logInfo("the encryption service does not undo XML escapes (ENCRYPT_XML=literal)"),
  undetermined: Effect.logWarning(
    "how the encryption service reads XML cannot be found out: values with &, < or > are refused until ENCRYPT_XML says strict or literal"
  )
}
