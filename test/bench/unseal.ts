import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect } from "effect"
import { makeReadJob } from "../../src/pipeline/readJob.ts"
import { defaultUserIdPattern } from "../../src/domain/UserId.ts"
import { deliveryOf } from "../../src/testing/jobs.ts"
import { unsealer } from "../support/reading.ts"
import { fields, sealByHand } from "../support/sealing.ts"

const readJob = makeReadJob({ userId: defaultUserIdPattern, maxBytes: 12 * 1024 * 1024 })

const image = (megabytes: number) => ({ ...fields, Image: `data:image/png;base64,${"AAAA".repeat(megabytes * 250_000)}` })

/** What is measured: a job's data, how often it is read, and how many at a time. */
const cases: Readonly<Record<string, readonly [data: unknown, count: number, concurrency: number]>> = {
  plain: [fields, 5000, 1],
  sealed: [{ Id: fields.Id, Sealed: sealByHand() }, 5000, 1],
  "sealed, 20 at a time": [{ Id: fields.Id, Sealed: sealByHand() }, 5000, 20],
  "sealed, tampered with": [{ Id: fields.Id, Sealed: `${sealByHand().slice(0, -22)}${"A".repeat(22)}` }, 5000, 1],
  "sealed, of an unknown key": [{ Id: fields.Id, Sealed: sealByHand({ header: { kid: "other" } }) }, 5000, 1],
  "plain, image of 1 MB": [image(1), 100, 1],
  "sealed, image of 1 MB": [{ Id: fields.Id, Sealed: sealByHand({ plaintext: JSON.stringify(image(1)) }) }, 100, 1],
  "plain, image of 8 MB": [image(8), 20, 1],
  "sealed, image of 8 MB": [{ Id: fields.Id, Sealed: sealByHand({ plaintext: JSON.stringify(image(8)) }) }, 20, 1]
}

const measure = Effect.fnUntraced(function* (data: unknown, count: number, concurrency: number) {
  const delivery = deliveryOf(data)
  const read = Effect.suspend(() => Effect.exit(readJob(delivery).job))
  yield* Effect.repeat(read, { times: Math.min(count, 500) })
  const [cpu, began] = [process.cpuUsage(), performance.now()]
  yield* Effect.forEach(Array.from({ length: count }), () => read, { concurrency, discard: true })
  const { user, system } = process.cpuUsage(cpu)
  return { wall: ((performance.now() - began) * 1000) / count, cpu: (user + system) / count }
})

const program = Effect.gen(function* () {
  yield* Console.log(`${"a job's data".padEnd(28)}${"µs".padStart(10)}${"µs of CPU".padStart(12)}`)
  for (const [name, [data, count, concurrency]] of Object.entries(cases)) {
    const { wall, cpu } = yield* measure(data, count, concurrency)
    yield* Console.log(`${name.padEnd(28)}${wall.toFixed(0).padStart(10)}${cpu.toFixed(0).padStart(12)}`)
  }
})

program.pipe(Effect.provide(unsealer), NodeRuntime.runMain)
