import { Duration, Schema, SchemaTransformation } from "effect"

import { isRedisUrl } from "./redisUrl.ts"

/** How a variable's text is read, and what to tell someone who wrote another text. */
export interface Format<A> {
  readonly schema: Schema.Codec<A, string>
  readonly expected: string
}

const oneOf = <const L extends ReadonlyArray<string>>(...literals: L): Format<L[number]> => ({
  schema: Schema.Literals(literals),
  expected: `one of ${literals.join(", ")}`
})

const read = <A>(schema: Schema.Codec<A>, expected: string, pattern: RegExp, decode: (text: string) => A): Format<A> => ({
  schema: Schema.String.check(Schema.isPattern(pattern)).pipe(
    Schema.decodeTo(schema, SchemaTransformation.transform({ decode, encode: String }))
  ),
  expected
})

const whole = (minimum: number, maximum: number, expected: string): Format<number> =>
  read(Schema.Int.check(Schema.isBetween({ minimum, maximum })), expected, /^\d{1,15}$/u, Number)

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

const toDuration = (text: string): Duration.Duration => {
  const [, amount, unit = "ms"] = /^([\d.]+)\s*(\w*)$/u.exec(text) ?? []
  const letter = unit === "" || unit.startsWith("mil") || unit === "ms" ? "ms" : unit.charAt(0)
  return Duration.millis(Number(amount) * (milliseconds[letter] ?? 1))
}

const isHttp = (text: string) => /^https?:\/\//u.test(text) && URL.canParse(text)

/** A place on the network: a port number of this machine, or a URL. */
export type PortOrUrl = number | string

/** The formats of all variables. */
export const formats = {
  text: { schema: Schema.NonEmptyString, expected: "a text" },
  anyText: { schema: Schema.String, expected: "a text, which may be empty" },
  port: whole(1, 65_535, "a port number, 1 to 65535"),
  positive: (maximum: number) => whole(1, maximum, `a whole number, 1 to ${maximum}`),
  flag: read(Schema.Boolean, "true or false", /^(?:true|false)$/u, (text) => text === "true"),
  duration: duration(1, "a time such as 30 seconds, 500 ms or 30 days (a bare number is milliseconds)"),
  durationOrNone: duration(0, "a time such as 30 seconds or 500 ms (a bare number is milliseconds), or 0"),
  url: {
    schema: Schema.String.check(Schema.makeFilter(isHttp)),
    expected: "a URL that begins with http:// or https://"
  },
  portOrUrl: {
    schema: Schema.Union([whole(1, 65_535, "").schema, Schema.String.check(Schema.makeFilter(isHttp))]) as Schema.Codec<
      PortOrUrl,
      string
    >,
    expected: "a port number, or a URL that begins with http:// or https://"
  },
  redisUrl: {
    schema: Schema.String.check(Schema.makeFilter(isRedisUrl)),
    expected: "a URL that begins with redis:// or rediss:// (its path, if any, is the number of a database)"
  },
  pattern: {
    schema: Schema.String.check(Schema.makeFilter(isPattern)).pipe(
      Schema.decodeTo(
        Schema.RegExp,
        SchemaTransformation.transform({ decode: (text) => new RegExp(`^(?:${text})$`, "u"), encode: ({ source }) => source })
      )
    ),
    expected: "a regular expression"
  },
  subsetOf: <const L extends ReadonlyArray<string>>(items: L): Format<ReadonlyArray<L[number]>> =>
    read(Schema.Array(Schema.Literals(items)), `some of ${items.join(",")}`, /\S/u, (text) => split(text) as Array<L[number]>),
  origins: read(
    Schema.Array(Schema.String.check(Schema.makeFilter((text) => isHttp(text) && /^[^/]+\/\/[^/]+\/?$/u.test(text)))),
    "origins such as https://www.example.com, with commas between them",
    /\S/u,
    split
  ),
  oneOf
}

function duration(least: number, expected: string): Format<Duration.Duration> {
  const pattern = /^\d+(?:\.\d+)?\s*(?:ms|millis|milliseconds?|s|seconds?|m|minutes?|h|hours?|d|days?)?$/u
  const isLongEnough = Schema.makeFilter((time: Duration.Duration) => Duration.toMillis(time) >= least)
  return read(Schema.Duration.check(isLongEnough), expected, pattern, toDuration)
}

function split(text: string): ReadonlyArray<string> {
  return text.split(",").flatMap((item) => (item.trim() === "" ? [] : [item.trim()]))
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, "u") instanceof RegExp
  } catch {
    return false
  }
}
