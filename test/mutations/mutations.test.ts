import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { temporaryFolder } from "../../src/local/temporaryFolder.ts"
import { testTitles } from "../docs/testTitles.ts"
import { readFlags } from "./flags.ts"
import { judge } from "./judge.ts"
import { allMutants, mutants } from "./mutants.ts"
import { seeGreen } from "./seeGreen.ts"
import { mutate, tryMutant } from "./tryMutant.ts"

const root = resolve(import.meta.dirname, "../..")
const read = (path: string) => (existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : "")

describe("each mutant", () => {
  it.each(allMutants)("changes its file in one place, and has its test: $name", (mutant) => {
    assert.isDefined(mutate(read(mutant.file), mutant), `${mutant.file}: ${mutant.text}`)
    assert.notStrictEqual(mutant.broken, mutant.text)
    assert.include(testTitles(read(mutant.test)), mutant.title)
  })

  it.each(Object.entries(mutants))("%s is broken in two ways at least", (_, list) => {
    assert.isAtLeast(list.length, 2)
  })

  it("has a name of its own", () => {
    assert.strictEqual(new Set(allMutants.map(({ name }) => name)).size, allMutants.length)
  })
})

const sum = {
  name: "",
  file: "src/add.ts",
  text: "one + other",
  broken: "one + other",
  test: "test/add.test.ts",
  title: "adds $one and one"
}

const project = Effect.tap(temporaryFolder, (folder) =>
  Effect.sync(() => {
    for (const part of ["src", "test", "tmp"]) mkdirSync(join(folder, part))
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
    writeFileSync(join(folder, "package.json"), `{ "type": "module" }`)
    writeFileSync(join(folder, "src/add.ts"), "export const add = (one: number, other: number): number => one + other\n")
    writeFileSync(join(folder, "test/vitest.config.ts"), "export default { test: { root: import.meta.dirname } }\n")
    writeFileSync(
      join(folder, "test/add.test.ts"),
      `import { assert, it } from "vitest"
       import { add } from "../src/add.ts"
       it.each([{ one: 1 }, { one: 2 }])("adds $one and one", ({ one }) => assert.strictEqual(add(one, 1), one + 1))
       it("adds nothing", () => assert.strictEqual(add(2, 0), 3))`
    )
  })
)

const reportOf = (message: string | null) =>
  Option.some({
    testResults: [
      { message: "", assertionResults: [{ title: "adds 1 and one", status: "failed", failureMessages: [message] }] }
    ]
  })

const chosen = (...args: ReadonlyArray<string>) => allMutants.filter(readFlags(args).isChosen).length

describe("a run", () => {
  it.live(
    "tells a mutant that goes red from one that survives, and from one that proves nothing",
    () =>
      Effect.gen(function* () {
        const folder = yield* project
        const red = yield* tryMutant(folder, { ...sum, broken: "one * other" })
        assert.strictEqual(red.kind, "red")
        assert.include(red.why, "AssertionError: expected 1 to equal 2")
        const survives = yield* tryMutant(folder, { ...sum, broken: "other + one" })
        assert.deepStrictEqual(survives, { kind: "survived", why: "" })
        const throws = yield* tryMutant(folder, { ...sum, broken: "one + another" })
        assert.deepStrictEqual(throws, { kind: "no proof", why: "ReferenceError: another is not defined" })
        const unreadable = yield* tryMutant(folder, { ...sum, broken: "one + (" })
        assert.deepStrictEqual(unreadable, { kind: "no proof", why: "the broken file is no TypeScript" })
        const elsewhere = yield* tryMutant(folder, { ...sum, text: "one" })
        assert.deepStrictEqual(elsewhere, { kind: "no proof", why: "its text is not in the file exactly once" })
        assert.include(readFileSync(join(folder, "src/add.ts"), "utf8"), "=> one + other\n")
      }),
    60_000
  )

  it.live(
    "names the mutants whose test fails on the code as it is, or is not there",
    () =>
      Effect.gen(function* () {
        const bad = [
          { ...sum, title: "adds nothing" },
          { ...sum, title: "is not there" }
        ]
        assert.deepStrictEqual(yield* seeGreen(yield* project, [sum, ...bad]), bad)
      }),
    60_000
  )

  it("takes a test that did not end for red, and no report for no proof", () => {
    const kinds = [
      "Error: Test timed out in 30000ms.\n    at",
      "DbError: DbError: busy",
      null,
      "TypeError: x is no function"
    ].map((message) => judge(reportOf(message), sum.title).kind)
    assert.deepStrictEqual(kinds, ["red", "red", "red", "no proof"])
    assert.strictEqual(judge(Option.none(), sum.title).kind, "no proof")
  })

  it("takes its mutants from the command line, and refuses what is none", () => {
    assert.strictEqual(chosen(), allMutants.length)
    assert.strictEqual(chosen("--promise", "P3"), mutants.P3.length)
    assert.strictEqual(chosen("--only", allMutants[0]?.name ?? ""), 1)
    assert.isTrue(readFlags(["--list"]).list)
    for (const args of [["--promise", "P11"], ["--mutants"], ["P3"]]) assert.throws(() => readFlags(args))
  })
})
