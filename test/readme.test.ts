import { existsSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { sentences } from "../src/domain/Outcome.ts"
import { configurationTable } from "../src/settings/configurationTable.ts"

const root = resolve(import.meta.dirname, "..")
const readme = readFileSync(resolve(root, "README.md"), "utf8")

const cells = (table: string) =>
  table
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^[|\s-]+$/u.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()))

describe("the README", () => {
  it("has the table of variables that the code has", () => {
    const [, table = ""] = /<!-- variables -->([^]*)<!-- \/variables -->/u.exec(readme) ?? []
    assert.deepStrictEqual(cells(table), cells(configurationTable()))
  })

  it("has every sentence that a user may read, and the outcomes that lead there", () => {
    for (const [tag, { Message }] of Object.entries(sentences)) {
      assert.include(readme, `\`${tag}\``)
      assert.include(readme, `\`${Message}\``)
    }
  })

  it("names only tests and files that exist", () => {
    const named = [...readme.matchAll(/`((?:test|src)\/[\w./-]+)`|\]\(((?:src|test)\/[^)]+)\)/gu)].map(
      ([, code, link]) => code ?? link ?? ""
    )
    assert.isAbove(named.length, 15)
    assert.deepStrictEqual(
      named.filter((path) => !existsSync(resolve(root, path))),
      []
    )
  })

  it("gives the two commands that package.json has", () => {
    const { scripts } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8"))
    for (const name of ["demo", "test", "start", "migrate", "check"]) assert.property(scripts, name)
    for (const command of ["npm ci && npm run demo", "npm ci && npm test", "npm ci && npm start"])
      assert.include(readme, command)
  })
})
