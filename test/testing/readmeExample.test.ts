import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"

const read = (path: string) => readFileSync(resolve(import.meta.dirname, path), "utf8")

describe("the README's example of a test", () => {
  const example = read("example.test.ts")

  it("is example.test.ts, letter for letter", () => {
    const [, section = ""] = /^## Testing your own pipeline$([^]*?)^## /mu.exec(read("../../README.md")) ?? []
    assert.deepStrictEqual(
      [...section.matchAll(/^```ts\n([^]*?)^```$/gmu)].map(([, code]) => code),
      [example]
    )
  })

  it("has at most 15 lines, and needs effect, vitest and this package alone", () => {
    assert.isAtMost(example.trimEnd().split("\n").length, 15)
    const packages = [...example.matchAll(/ from "([^"]+)"/gu)].map(([, name]) => name)
    const known = ["@effect/vitest", "effect", "effect/testing", "user-update-service", "user-update-service/testing"]
    assert.deepStrictEqual(packages, known)
  })

  it("names entries of the package that its build makes from the files that the test ran on", () => {
    const { exports } = JSON.parse(read("../../package.json"))
    assert.deepInclude(exports["."], { default: "./dist/index.js" })
    assert.deepInclude(exports["./testing"], { types: "./dist/testing/index.d.ts", default: "./dist/testing/index.js" })
    const { compilerOptions } = JSON.parse(read("../tsconfig.json"))
    assert.deepStrictEqual(compilerOptions.paths, {
      "user-update-service": ["../src/index.ts"],
      "user-update-service/testing": ["../src/testing/index.ts"]
    })
  })
})
