import { Effect, Layer } from "effect"
import { type Answer, HttpExchange, type NoAnswer } from "../services/HttpExchange.ts"
import { makeScript, type Script } from "./Script.ts"

type Post = HttpExchange["Service"]["post"]

/** What a server answers, in turn. Trying again is the caller's business. */
export type PostScript = Script<Parameters<Post>, Answer, NoAnswer>

/** Writes a {@link PostScript}. */
export const script = makeScript<Parameters<Post>, Answer, NoAnswer>

/** An exchange that gets an empty 200, unless a script or another method is given. Its connections never end. */
export const layer = (post: Post | PostScript = empty): Layer.Layer<HttpExchange> =>
  Layer.succeed(HttpExchange, {
    get: empty,
    post: typeof post === "function" ? post : post.over(empty),
    endedConnections: () => 0
  })

const empty: Post = () => Effect.succeed({ status: 200, body: "" })
