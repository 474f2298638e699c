import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { parse } from "yaml"
import { project } from "./dockerfile.ts"

/** What the tests read of one service of docker-compose.yml. */
export interface ComposeService {
  readonly image: string
  readonly build?: { readonly context: string; readonly target: string }
  readonly user: string
  readonly command?: ReadonlyArray<string>
  readonly environment?: Readonly<Record<string, string>>
  readonly secrets?: ReadonlyArray<string>
  readonly volumes?: ReadonlyArray<string>
  readonly ports?: ReadonlyArray<string>
  readonly networks: ReadonlyArray<string>
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck: { readonly test?: ReadonlyArray<string>; readonly disable?: boolean }
  readonly read_only: boolean
  readonly cap_drop: ReadonlyArray<string>
  readonly security_opt: ReadonlyArray<string>
  readonly restart: string
  readonly stop_grace_period?: string
  readonly deploy: { readonly resources: { readonly limits: Readonly<Record<string, unknown>> } }
}

/** The names of the services. */
export type ServiceName = "redis" | "mysql" | "encryption" | "migrate" | "service"

/** docker-compose.yml, with its anchors resolved. */
export interface Compose {
  readonly services: Readonly<Record<ServiceName, ComposeService>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>
  readonly volumes: Readonly<Record<string, unknown>>
}

/** The text of docker-compose.yml. */
export const composeText: string = readFileSync(resolve(project, "docker-compose.yml"), "utf8")

/** What it says. */
export const compose = parse(composeText, { merge: true }) as Compose

/** Its services, by name. */
export const services: ReadonlyArray<readonly [name: string, service: ComposeService]> = Object.entries(compose.services)
