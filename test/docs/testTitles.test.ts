import { assert, it } from "@effect/vitest"
import { testTitles } from "./testTitles.ts"

it("finds the names of tests, and takes nothing else for one", () => {
  const source = `
    describe("no test", () => {
      it("plain", () => fetch("not a name", {}))
      it.effect("of an effect", () =>
      it.live(
        "on a line of its own",
        () => run)
      it.effect.each([["a)", f(1)]].map((kind) => ({ kind })))("of a table: $kind", ({ kind }) =>
      it.each(
        rows("first", second)
      )(\`refuses \${kind}: %s\`, () => {
      it.prop("holds for all of (them)", [Schema.String], () => {
    })
    // it("in a comment", () =>
    wait(1)("not a test either", () => {})
  `
  assert.deepStrictEqual(testTitles(source).toSorted(), [
    "holds for all of (them)",
    "of a table: $kind",
    "of an effect",
    "on a line of its own",
    "plain",
    "refuses ${kind}: %s"
  ])
})
