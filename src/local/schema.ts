import { readFileSync } from "node:fs"
import { join } from "node:path"
import { statementsOf } from "./sql.ts"

/** The table and the procedure that belong to a deployment, as docker-compose.yml has them made (README, wire contract 4). */
export const deploymentSchema: ReadonlyArray<string> = statementsOf(
  readFileSync(join(import.meta.dirname, "../deploy/mysql/10-schema.sql"), "utf8")
)
