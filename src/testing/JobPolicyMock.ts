import { Duration, Layer } from "effect"
import { defaultUserIdPattern } from "../domain/UserId.ts"
import { JobPolicy } from "../services/JobPolicy.ts"

/** The policy of a deployment that sets no variable, but for what is given: any user identifier, 12 MiB, 30 seconds. */
export const layer = (policy: Partial<JobPolicy["Service"]> = {}): Layer.Layer<JobPolicy> =>
  Layer.succeed(JobPolicy, {
    userId: defaultUserIdPattern,
    maxBytes: 12 * 1024 * 1024,
    deadline: Duration.seconds(30),
    ...policy
  })
