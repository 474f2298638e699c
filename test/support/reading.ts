import { Effect, Layer } from "effect"
import * as UnsealerJose from "../../src/adapters/jose/UnsealerJose.ts"
import { defaultUserIdPattern } from "../../src/domain/UserId.ts"
import { makeReadJob } from "../../src/pipeline/readJob.ts"
import { deliveryOf } from "../../src/testing/jobs.ts"
import { ada } from "./deliveries.ts"
import { privateKeys, sealKey } from "./sealing.ts"

const readJob = makeReadJob({ userId: defaultUserIdPattern, maxBytes: 12 * 1024 * 1024 })

/** How a job with this data is read: `read`, or what is wrong with it. */
export const reading = (data: unknown) =>
  readJob(deliveryOf(data)).job.pipe(Effect.match({ onSuccess: () => "read", onFailure: ({ message }) => message }))

/** How a job is read that has `Id` and this seal, and nothing else. */
export const readingSealed = (Sealed: unknown) => reading({ Id: ada, Sealed })

/** The unsealer of {@link sealKey} alone. */
export const unsealer = Layer.suspend(() => UnsealerJose.layer({ keys: privateKeys(sealKey) }))
