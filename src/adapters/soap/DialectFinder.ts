import { Effect, type Exit, Semaphore } from "effect"
import type { EncryptionFailed } from "../../domain/Errors.ts"
import { isTransient } from "../../domain/isTransient.ts"
import { type Dialect, encodeRequest } from "./encodeRequest.ts"
import { type Exchange } from "./exchange.ts"
import { findDialect, type Lengths, probes } from "./findDialect.ts"

/** Knows how the service reads. */
export interface DialectFinder {
  /** The dialect, found out once, however many ask. Fails while the service is away; a refusal means `undetermined` for now. */
  readonly find: Effect.Effect<Dialect, EncryptionFailed>
  /** Forgets what was found out, or is being found out: the service was away, and another may stand in its place. */
  readonly forget: Effect.Effect<void>
}

/**
 * Finds out by made-up values how a service reads, unless the configuration says so, and logs it when it changes. What was found out
 * holds while no connection ended: a service that went away while nobody called may have come back as another.
 */
export const makeDialectFinder = (
  xml: "auto" | Dialect,
  exchange: Exchange,
  endedConnections: () => number
): Effect.Effect<DialectFinder> =>
  Effect.sync(() => {
    if (xml !== "auto") return { find: Effect.succeed(xml), forget: Effect.void }
    const oneAtATime = Semaphore.makeUnsafe(1).withPermit
    let outages = 0
    let found: { readonly dialect: Dialect; readonly era: number } | undefined
    let latest: Exit.Exit<Dialect, EncryptionFailed> | undefined
    let told: Dialect | undefined

    const era = () => outages + endedConnections()
    const say = (dialect: Dialect) => Effect.suspend(() => (dialect === told ? Effect.void : tell[(told = dialect)]))

    const probe = Effect.gen(function* () {
      const before = era()
      const dialect = findDialect(yield* measure(exchange))
      found = { dialect, era: before }
      yield* say(dialect)
      return dialect
    })

    const probeOrShare = (before: typeof latest): Effect.Effect<Dialect, EncryptionFailed> =>
      Effect.suspend(() => {
        if (found?.era === era()) return Effect.succeed(found.dialect)
        if (latest !== undefined && latest !== before) return latest
        return Effect.flatMap(Effect.exit(probe), (exit) => (latest = exit))
      })

    return {
      find: Effect.suspend(() => oneAtATime(probeOrShare(latest))).pipe(
        Effect.catchIf(
          (error) => !isTransient(error),
          () => Effect.as(say("undetermined"), "undetermined" as const)
        )
      ),
      forget: Effect.sync(() => void outages++)
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
