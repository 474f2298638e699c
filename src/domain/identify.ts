import { hash } from "node:crypto"
import { JobIdentity } from "./JobRef.ts"

/** Computes a job's identity from what stands in its hash: both id and timestamp stay the same when it is delivered again. */
export const identify = (
  queue: { readonly prefix: string; readonly name: string },
  id: string,
  timestamp: string
): JobIdentity => JobIdentity.make(hash("sha256", JSON.stringify([queue.prefix, queue.name, id, timestamp])))
