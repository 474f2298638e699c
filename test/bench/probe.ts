import { Session } from "node:inspector/promises"
import { createServer } from "node:net"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import type { Answers, Question } from "./support/askProbe.ts"

/** Loaded before a measured program (`--import`): answers the benchmark's questions on the socket `BENCH_PROBE`, and idles between. */
const delay = monitorEventLoopDelay({ resolution: 10 })
const inspector = new Session()

const answers: { readonly [Q in Question]: () => Answers[Q] | Promise<Answers[Q]> } = {
  collect: () => {
    setFlagsFromString("--expose-gc")
    runInNewContext("gc")()
    return true
  },
  watch: () => {
    delay.reset()
    return delay.enable()
  },
  delay: () => ({ p99: delay.percentile(99) / 1e6, longest: delay.max / 1e6 }),
  startProfile: async () => {
    inspector.connect()
    await inspector.post("Profiler.enable")
    await inspector.post("Profiler.setSamplingInterval", { interval: 200 })
    await inspector.post("Profiler.start")
    return true
  },
  stopProfile: async () => JSON.stringify((await inspector.post("Profiler.stop")).profile)
}

createServer((socket) =>
  socket.once("data", (question) => {
    const answer = answers[question.toString() as Question]
    void Promise.resolve(answer()).then((value) => socket.end(JSON.stringify(value)))
  })
)
  .listen(process.env["BENCH_PROBE"])
  .unref()
