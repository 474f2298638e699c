import { Effect } from "effect"
import { findServers } from "../../src/local/servers.ts"

/** Runs once, before all test files: on a bare machine it installs the servers, so that no two files try to at the same time. */
export default () => Effect.runPromise(Effect.asVoid(findServers))
