#!/usr/bin/env -S node --env-file-if-exists=.env
import { Console, Effect, Layer, Logger } from "effect"
import { describeRights } from "./adapters/mysql2/describeRights.ts"
import { migrate } from "./adapters/mysql2/migrate.ts"
import * as MySql from "./adapters/mysql2/MySql.ts"
import * as BreakersInProcess from "./adapters/process/BreakersInProcess.ts"
import { readSettings, type Settings } from "./settings/Settings.ts"
import { runProcess } from "./surfaces/runProcess.ts"

const [, , serviceAccount = "service@%"] = process.argv

const database = ({ mysql }: Settings) =>
  MySql.layer({ ...mysql, connections: 1, lockWaitSeconds: 30 }).pipe(Layer.provide(BreakersInProcess.layer))

const logsOnStderr = Logger.layer([Logger.withConsoleError(Logger.formatSimple)])

runProcess(
  readSettings.pipe(
    Effect.flatMap((settings) => Effect.provide(migrate, database(settings))),
    Effect.tap(({ version }) => Effect.logInfo(`the ledger's schema is at version ${version}`)),
    Effect.flatMap((migrated) => Console.log(describeRights(migrated, serviceAccount))),
    Effect.provide(Layer.fresh(logsOnStderr))
  )
)
