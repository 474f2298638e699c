import { Effect, Layer } from "effect"
import { type Answer, HttpExchange, type NoAnswer } from "../services/HttpExchange.ts"
import { makeScript, type Script } from "./Script.ts"

type Post = HttpExchange["Service"]["post"]
type Get = HttpExchange["Service"]["get"]

/** What a server answers to what is posted, in turn. Trying again is the caller's business. */
export type PostScript = Script<Parameters<Post>, Answer, NoAnswer>

/** What a server answers where something is got, in turn. */
export type GetScript = Script<Parameters<Get>, Answer, NoAnswer>

/** Writes a {@link PostScript}. */
export const script = makeScript<Parameters<Post>, Answer, NoAnswer>

/** Writes a {@link GetScript}. */
export const getScript = makeScript<Parameters<Get>, Answer, NoAnswer>

/** An exchange that gets an empty 200, unless scripts or other methods are given. Its connections never end. */
export const layer = (post: Post | PostScript = empty, get: Get | GetScript = empty): Layer.Layer<HttpExchange> =>
  Layer.succeed(HttpExchange, {
    get: typeof get === "function" ? get : get.over(empty),
    post: typeof post === "function" ? post : post.over(empty),
    endedConnections: () => 0
  })

const empty = () => Effect.succeed<Answer>({ status: 200, body: "" })
