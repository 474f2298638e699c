import { NodeRuntime } from "@effect/platform-node"
import { Effect } from "effect"
import { serveEncryptionGcm } from "./EncryptionGcm.ts"

const port = Number(process.env["PORT"] || "4005")

/** The encryption service as a process of its own, on `PORT` of all addresses, until a signal comes (docker-compose.yml). */
NodeRuntime.runMain(Effect.scoped(Effect.andThen(serveEncryptionGcm({ host: "0.0.0.0", port }), Effect.never)))
