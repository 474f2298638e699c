import { assert, describe, it } from "@effect/vitest"
import { makeAudience } from "../../../src/adapters/redis/audience.ts"

describe("who listens to what a process publishes", () => {
  it("is somebody until Redis says that it is nobody else", () => {
    const audience = makeAudience()
    assert.isTrue(audience.isThere(0))
    audience.counted(2, 1, 0)
    assert.isTrue(audience.isThere(0))
  })

  it("is asked again a second after nobody else listened", () => {
    const audience = makeAudience()
    audience.counted(1, 1, 5000)
    assert.deepStrictEqual([5000, 5999, 6000].map(audience.isThere), [false, false, true])
  })

  it("is somebody from the moment that one says that it has begun", () => {
    const audience = makeAudience()
    audience.counted(1, 1, 5000)
    audience.joined()
    assert.isTrue(audience.isThere(5001))
  })

  it("may be somebody where this process does not listen itself, as it would not hear of one that begins", () => {
    const audience = makeAudience()
    audience.counted(0, 0, 5000)
    assert.isTrue(audience.isThere(5001))
  })
})
