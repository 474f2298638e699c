import { assert, describe, it } from "@effect/vitest"
import { everyFault, type Variant } from "./faults.ts"
import { planFaults } from "./planFaults.ts"

const variants: ReadonlyArray<Variant> = ["own", "elsewhere"]
const nameOf = ({ kind, target }: { readonly kind: string; readonly target: string }) => `${kind} ${target}`

describe.each(variants)("a plan of faults, hub %s", (variant) => {
  it("is the same for the same seed, and another for another", () => {
    assert.deepStrictEqual(planFaults(7, 600, variant), planFaults(7, 600, variant))
    assert.notDeepEqual(planFaults(7, 600, variant), planFaults(8, 600, variant))
  })

  it("has every fault once before any comes again", () => {
    const every = everyFault(variant).map(nameOf)
    const first = planFaults(7, 600, variant).slice(0, every.length).map(nameOf)
    assert.deepStrictEqual(first.toSorted(), every.toSorted())
  })

  it("never has two of one target at a time, and all have been made good at the end", () => {
    const plan = planFaults(7, 600, variant)
    assert.isAbove(plan.length, 150)
    for (const [index, { at, lasts, target }] of plan.entries()) {
      assert.isAtMost(at + lasts, 600)
      for (const other of plan.slice(index + 1)) {
        if (other.target === target) assert.isAtLeast(other.at, at + lasts)
      }
    }
  })
})
