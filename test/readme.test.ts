import { existsSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { type Block, blocks, readBlock } from "./docs/blocks.ts"
import { cellsIn } from "./docs/table.ts"
import { testTitles } from "./docs/testTitles.ts"

const root = resolve(import.meta.dirname, "..")
const read = (path: string) => readFileSync(resolve(root, path), "utf8")
const readme = read("README.md")

describe("the README", () => {
  it.each(Object.keys(blocks) as ReadonlyArray<Block>)("has the %s that the code has", (name) => {
    const expected = cellsIn(blocks[name]())
    assert.isAbove(expected.length, 3)
    assert.deepStrictEqual(cellsIn(readBlock(readme, name) ?? ""), expected, `${name} have changed: run npm run docs`)
  })

  it("names for each guarantee tests that exist, by their files and names", () => {
    const [, section = ""] = /^## What it guarantees$([^]*?)^##+ /mu.exec(readme) ?? []
    const [, ...rows] = cellsIn(section)
    assert.isAbove(rows.length, 9)
    const missing = rows.flatMap(([, guarantee, shownBy = ""]) =>
      shownBy.split("<br>").flatMap((reference) => {
        const [, file = "", name = ""] = /^\[\w+\]\((test\/[\w./-]+\.test\.ts)\) "([^"]{15,})"$/u.exec(reference) ?? []
        const found =
          existsSync(resolve(root, file)) && file !== "" && testTitles(read(file)).some((title) => title.includes(name))
        return found ? [] : [`${guarantee}: ${reference}`]
      })
    )
    assert.deepStrictEqual(missing, [])
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

  it("gives the commands that package.json has", () => {
    const { scripts } = JSON.parse(read("package.json"))
    for (const name of ["demo", "test", "start", "migrate", "check", "bench", "docs"]) assert.property(scripts, name)
    for (const [, name = ""] of readme.matchAll(/npm run (\w[\w:-]*)/gu)) assert.property(scripts, name)
    for (const command of ["npm ci && npm run demo", "npm ci && npm test", "npm ci && npm start"])
      assert.include(readme, command)
  })
})
