import { Effect } from "effect"
import * as MySql from "./adapters/mysql2/MySql.ts"
import { migrate } from "./adapters/mysql2/migrate.ts"
import { readSettings } from "./settings/Settings.ts"
import { runProcess } from "./surfaces/runProcess.ts"

runProcess(
  readSettings.pipe(
    Effect.flatMap(({ mysql }) => Effect.provide(migrate, MySql.layer({ ...mysql, connections: 1, lockWaitSeconds: 30 }))),
    Effect.flatMap((version) => Effect.logInfo(`the ledger's schema is at version ${version}`))
  )
)
