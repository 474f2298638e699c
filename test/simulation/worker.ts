import { Duration, Layer } from "effect"
import * as Worker from "../../src/surfaces/Worker.ts"
import * as BreakersMock from "../../src/testing/BreakersMock.ts"
import * as JobPolicyMock from "../../src/testing/JobPolicyMock.ts"
import * as UnsealerMock from "../../src/testing/UnsealerMock.ts"
import type { Hub } from "./hub.ts"
import { layerEncryptor, layerLedger, layerNotifier, layerVerifier } from "./neighbours.ts"
import type { Process } from "./Process.ts"
import { layerQueue, type Redis } from "./redis.ts"
import { deadline } from "./watch.ts"
import type { World } from "./World.ts"

/** The worker of the service in a process of the simulation: the real pipeline, on memory layers behind the boundaries. */
export const layer = (world: World, redis: Redis, hub: Hub) => (process: Process) =>
  Worker.layer.pipe(
    Layer.provide([
      layerQueue(world, redis, process),
      layerVerifier(world, process),
      layerEncryptor(world, process),
      layerLedger(world, process),
      layerNotifier(world, process, hub),
      JobPolicyMock.layer({ deadline: Duration.millis(deadline) }),
      UnsealerMock.layer(),
      BreakersMock.layer
    ])
  )
