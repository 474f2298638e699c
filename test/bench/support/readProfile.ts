import { Schema } from "effect"
import { stepOf } from "./steps.ts"

/** A share of the CPU time, from 0 to 1, and whose it is. */
export interface Share {
  readonly name: string
  readonly share: number
}

/** Microseconds of CPU time for one job, and the step of the work that they go to. */
export interface Cost {
  readonly step: string
  readonly microseconds: number
}

/** Where the CPU time went: shares, and the budget of one job, largest first. */
export interface Profile extends Readonly<Record<"byCaller" | "byPackage" | "byFunction", ReadonlyArray<Share>>> {
  readonly budget: ReadonlyArray<Cost>
}

/**
 * Reads a CPU profile of `jobs` jobs: self times by function; by package, where Node.js and the engine count for themselves; and by
 * caller, and by step, where their time is put down to who called them. Time asleep is left out, and that of the
 * probe that took the profile.
 */
export const readProfile = (json: string, jobs: number): Profile => {
  const { nodes, samples, timeDeltas } = decode(json)
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)))
  const callerOf = (node: Node): string => {
    const parent = parents.get(node.id)
    const own = packageOf(node)
    return parent === undefined || !engine.has(own) ? own : callerOf(parent)
  }
  const stepFor = (node: Node): string => {
    const own = stepOf(node.callFrame.url)
    const parent = parents.get(node.id)
    if (own !== undefined) return own
    return parent === undefined || parent.callFrame.functionName === "(root)" ? nobodys(node) : stepFor(parent)
  }
  const isProbe = (node: Node): boolean => {
    const parent = parents.get(node.id)
    return node.callFrame.url.endsWith("/test/bench/probe.ts") || (parent !== undefined && isProbe(parent))
  }
  const spent = samples.flatMap((id, index) => {
    const node = byId.get(id)
    return node === undefined || asleep.has(node.callFrame.functionName) || isProbe(node)
      ? []
      : [{ node, time: timeDeltas[index] ?? 0 }]
  })
  const total = spent.reduce((sum, { time }) => sum + time, 0)
  const sumBy = (nameOf: (node: Node) => string): ReadonlyArray<Share> => {
    const sums = new Map<string, number>()
    for (const { node, time } of spent) sums.set(nameOf(node), (sums.get(nameOf(node)) ?? 0) + time)
    return [...sums].map(([name, time]) => ({ name, share: time / total })).toSorted((a, b) => b.share - a.share)
  }
  const budget = sumBy(stepFor).map(({ name, share }) => ({ step: name, microseconds: (share * total) / jobs }))
  return { byCaller: sumBy(callerOf), byPackage: sumBy(packageOf), byFunction: sumBy(functionOf), budget }
}

const Node = Schema.Struct({
  id: Schema.Int,
  callFrame: Schema.Struct({ functionName: Schema.String, url: Schema.String, lineNumber: Schema.Int }),
  children: Schema.optionalKey(Schema.Array(Schema.Int))
})
type Node = typeof Node.Type

const decode = Schema.decodeUnknownSync(
  Schema.fromJsonString(
    Schema.Struct({ nodes: Schema.Array(Node), samples: Schema.Array(Schema.Int), timeDeltas: Schema.Array(Schema.Int) })
  )
)

const nobodys = (node: Node) => {
  const own = packageOf(node)
  return own === "(garbage collector)" ? "collect garbage" : own === "(program)" ? "the engine itself" : "Node.js itself"
}

const asleep = new Set(["(idle)", "(root)"])
const engine = new Set(["Node.js", "(native)"])

const packageOf = ({ callFrame: { url, functionName } }: Node) => {
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//u.exec(url) ?? []
  if (name !== undefined) return name
  if (url.startsWith("node:")) return "Node.js"
  if (url !== "") return "this service"
  return functionName === "(garbage collector)" || functionName === "(program)" ? functionName : "(native)"
}

const functionOf = (node: Node) => {
  const { functionName, url, lineNumber } = node.callFrame
  return `${functionName || "(anonymous)"}, ${packageOf(node)} ${url.split("/").at(-1)}:${lineNumber + 1}`
}
