import { Schema } from "effect"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"

/** What each part of this process says: `ok`, or why it is not ready. Parts that it does not run are absent. */
const Parts = Schema.Struct({
  redis: Schema.optionalKey(Schema.String),
  mysql: Schema.optionalKey(Schema.String),
  hub: Schema.optionalKey(Schema.String),
  worker: Schema.optionalKey(Schema.String)
})

class Health extends HttpApiGroup.make("health")
  .add(
    HttpApiEndpoint.get("live", "/live", {
      success: Schema.Struct({ live: Schema.Literal(true) })
    }).annotate(OpenApi.Description, "Answers as long as the process runs.")
  )
  .add(
    HttpApiEndpoint.get("ready", "/ready", {
      success: Schema.Struct({ ready: Schema.Literal(true), parts: Parts }),
      error: Schema.Struct({ ready: Schema.Literal(false), parts: Parts }).pipe(HttpApiSchema.status(503))
    }).annotate(
      OpenApi.Description,
      "200 only when Redis, MySQL and the hub answer and the worker takes jobs; 503 says which does not."
    )
  )
  .prefix("/health") {}

/** The HTTP API for operators: whether the process lives, and whether it is ready. */
export class Api extends HttpApi.make("user-update-service")
  .add(Health)
  .annotateMerge(OpenApi.annotations({ title: "User update service" })) {}
