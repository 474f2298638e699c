import { Context, type Effect, type Redacted, Schema } from "effect"

/** No answer: `unreachable` (refused, cut, unknown host), `timeout` (the whole exchange took too long), `tooLarge`, `notUtf8` or `notHttp`. */
export class NoAnswer extends Schema.TaggedError<NoAnswer>()("NoAnswer", {
  reason: Schema.Literals(["unreachable", "timeout", "tooLarge", "notUtf8", "notHttp"])
}) {
  override get message() {
    return `NoAnswer: ${this.reason}`
  }
}

/** What it says of a server that no answer of it was read: it is away, or it answers what cannot be used. */
export const whyUnanswered = ({ reason }: NoAnswer): "unreachable" | "timeout" | "badAnswer" => unanswered[reason]

const unanswered = {
  unreachable: "unreachable",
  timeout: "timeout",
  tooLarge: "badAnswer",
  notUtf8: "badAnswer",
  notHttp: "badAnswer"
} as const satisfies Readonly<Record<NoAnswer["reason"], string>>

/** A request without a body. */
export interface GetRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** A request with a body. It is `Redacted`, as it carries what the user typed. */
export interface Request extends GetRequest {
  readonly body: Redacted.Redacted
}

/**
 * An answer of any status. The body is decoded as UTF-8, and empty unless the status is 200: others speak by their status alone, and by
 * `retryAfter`: how many milliseconds a server that is overloaded wants to be left alone (RFC 9110, 10.2.3).
 */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly retryAfter?: number
}

/** Whether a status says that the same request may succeed a little later (RFC 9110, 15.5.9 and 15.6; RFC 6585, 4). */
export const isOverloaded = (status: number): boolean => (status >= 500 && status <= 599) || status === 408 || status === 429

/**
 * Asks once, by GET or POST, and reads the answer: at most 64 KiB, within five seconds in all however the server drips, never following a
 * redirect, never through a proxy, never undoing a compression.
 */
export class HttpExchange extends Context.Service<
  HttpExchange,
  {
    get(request: GetRequest): Effect.Effect<Answer, NoAnswer>
    post(request: Request): Effect.Effect<Answer, NoAnswer>
    /** How many connections have ended so far. While the number stays, no server can have been replaced by another. */
    readonly endedConnections: () => number
  }
>()("user-update-service/services/HttpExchange") {}
