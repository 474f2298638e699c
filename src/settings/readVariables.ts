import { Config, Effect, FileSystem, Option, Redacted, Result, Schema } from "effect"
import { formats } from "./formats.ts"
import { type Name, type Variable, variables } from "./variables.ts"

type Variables = typeof variables
type Read<V> = V extends { readonly secret: true }
  ? Redacted.Redacted
  : V extends { readonly format: { readonly schema: Schema.Codec<infer A, string> } }
    ? A
    : never

/** What the variables say. Absent where an optional one is not set; the text of a secret is `Redacted`. */
export type Values = {
  readonly [N in Name]: Variables[N] extends { readonly optional: true } ? Read<Variables[N]> | undefined : Read<Variables[N]>
}

/** What is wrong with one variable: its name and how to mend it, never its value. */
export type Problem = string

/** Reads every variable on its own, so that one run tells all that is wrong. A variable with a problem is absent. */
export const readVariables: Effect.Effect<
  { readonly values: Partial<Values>; readonly problems: ReadonlyArray<Problem> },
  never,
  FileSystem.FileSystem
> = Effect.gen(function* () {
  const values: Partial<Record<string, unknown>> = {}
  const problems: Array<Problem> = []
  for (const [name, variable] of Object.entries<Variable<unknown>>(variables)) {
    const value = yield* Effect.result(readVariable(name, variable))
    if (Result.isSuccess(value)) values[name] = value.success
    else problems.push(value.failure)
  }
  return { values: values as Partial<Values>, problems }
})

const readVariable = Effect.fnUntraced(function* (name: string, variable: Variable<unknown>) {
  const text = (variable.secret ? yield* readSecret(name) : yield* readText(name)) ?? variable.fallback
  const unset = text === undefined || (text === "" && variable.format !== formats.anyText)
  const example = `for example ${name}=${variable.example}`
  if (unset && variable.optional) return undefined
  if (unset && variable.fallback === undefined) return yield* Effect.fail(`${name} is missing: ${variable.about}, ${example}`)

  const value = yield* Schema.decodeUnknownEffect(variable.format.schema)(unset ? variable.fallback : text).pipe(
    Effect.mapError(() => `${name} must be ${variable.format.expected}, ${example}`)
  )
  return variable.secret ? Redacted.make(value, { label: name }) : value
})

const readText = (name: string): Effect.Effect<string | undefined, Problem> =>
  Config.option(Config.String(name)).pipe(
    Effect.map(Option.getOrUndefined),
    Effect.mapError(() => `${name} cannot be read`)
  )

const readSecret = Effect.fnUntraced(function* (name: string) {
  const text = yield* readText(name)
  const file = yield* readText(`${name}_FILE`)
  if (file === undefined || file === "") return text
  if (text !== undefined && text !== "") return yield* Effect.fail(`${name} and ${name}_FILE are both set: keep one of them`)
  const files = yield* FileSystem.FileSystem
  return yield* files.readFileString(file).pipe(
    Effect.map((content) => content.replace(/\r?\n$/u, "")),
    Effect.mapError(
      () => `${name}_FILE must name a file that can be read, for example ${name}_FILE=/run/secrets/${name.toLowerCase()}`
    )
  )
})
