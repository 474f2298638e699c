import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, Layer } from "effect"
import { HttpRouter } from "effect/http"
import { HttpApiBuilder, HttpApiScalar } from "effect/http-api"
import { cannotListen, type CannotStart } from "../domain/CannotStart.ts"
import { codeOf } from "../domain/codeOf.ts"
import { Readiness } from "../services/Readiness.ts"
import { Api } from "./HealthApi.ts"

/** Serves health, `/openapi.json` and `/docs` on a port. `CannotStart` if that is taken. */
export const layer = (port: number): Layer.Layer<never, CannotStart, Readiness> =>
  HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }).pipe(
    Layer.provide(NodeHttpServer.layer(createServer, { port, gracefulShutdownTimeout: "2 seconds" })),
    Layer.catchTag("ServeError", ({ cause }) =>
      Layer.effectDiscard(Effect.fail(cannotListen("PORT", port, codeOf(cause), "Set PORT to one that is free.")))
    )
  )

const handlers = HttpApiBuilder.group(
  Api,
  "health",
  Effect.fn(function* (handlers) {
    const readiness = yield* Readiness
    return handlers.handleAll({
      live: () => Effect.succeed({ live: true as const }),
      ready: () =>
        Effect.flatMap(readiness.report, (parts) =>
          Object.values(parts).every((answer) => answer === "ok")
            ? Effect.succeed({ ready: true as const, parts })
            : Effect.fail({ ready: false as const, parts })
        )
    })
  })
)

const routes = Layer.mergeAll(
  HttpApiBuilder.layer(Api, { openapiPath: "/openapi.json" }).pipe(Layer.provide(handlers)),
  HttpRouter.add("GET", "/docs", Effect.flatten(HttpRouter.toHttpEffect(HttpApiScalar.layer(Api, { path: "/docs" }))))
)
