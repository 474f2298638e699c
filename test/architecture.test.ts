import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"

const src = resolve(import.meta.dirname, "../src")

/** What a file of each ring may import besides its own ring: other rings, and packages (`*`: any). An adapter's ring is its folder. */
const rings: Readonly<Record<string, { readonly rings: ReadonlyArray<string>; readonly packages: ReadonlyArray<string> }>> = {
  domain: { rings: [], packages: ["effect"] },
  services: { rings: ["domain"], packages: ["effect"] },
  pipeline: { rings: ["domain", "services"], packages: ["effect"] },
  adapters: { rings: ["domain", "services"], packages: ["*"] },
  surfaces: { rings: ["domain", "services", "pipeline"], packages: ["effect", "@effect/platform-node"] },
  testing: { rings: ["domain", "services"], packages: ["effect"] },
  settings: { rings: ["domain"], packages: ["effect"] },
  local: { rings: ["domain"], packages: ["*"] },
  root: { rings: ["domain", "services", "pipeline", "adapters", "surfaces", "settings", "testing"], packages: ["*"] }
}

const builtIn: Readonly<Record<string, ReadonlyArray<string>>> = { domain: ["node:crypto"], surfaces: ["node:http"] }

const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))

const ringOf = (file: string) => (file.includes("/") ? (file.split("/")[0] ?? "") : "root")
const unitOf = (file: string) => (ringOf(file) === "adapters" ? file.split("/").slice(0, 2).join("/") : ringOf(file))

const importsOf = (file: string) =>
  [
    ...readFileSync(join(src, file), "utf8").matchAll(
      /^(?:import|export)[^"]*? from "([^"]+)"|^import "([^"]+)"|import\("([^"]+)"\)/gmu
    )
  ].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? "")

const isAllowed = (file: string, target: string) => {
  const ring = ringOf(file)
  const allowed = rings[ring]
  if (allowed === undefined) return false
  if (target.startsWith(".")) {
    const imported = relative(src, resolve(src, dirname(file), target))
    return unitOf(imported) === unitOf(file) || (ringOf(imported) !== ring && allowed.rings.includes(ringOf(imported)))
  }
  const name = target.startsWith("@") ? target.split("/").slice(0, 2).join("/") : (target.split("/")[0] ?? "")
  if (name.startsWith("node:")) return allowed.packages.includes("*") || (builtIn[ring] ?? []).includes(name)
  return allowed.packages.includes("*") || allowed.packages.includes(name)
}

describe("the rings", () => {
  it.each(files)("%s imports only what its ring may", (file) => {
    assert.deepStrictEqual(
      importsOf(file).filter((target) => !isAllowed(file, target)),
      []
    )
  })

  it("are seen: a driver in a contract, an adapter in another and the local stack in the service would be refused", () => {
    assert.isFalse(isAllowed("services/Ledger.ts", "mysql2"))
    assert.isFalse(isAllowed("adapters/bull/work.ts", "../mysql2/MySql.ts"))
    assert.isFalse(isAllowed("App.ts", "./local/servers.ts"))
    assert.isTrue(isAllowed("pipeline/handleJob.ts", "../services/Ledger.ts"))
    assert.isAbove(files.flatMap(importsOf).length, 100)
  })
})

describe("every file", () => {
  it.each(files)("%s has at most 150 lines", (file) => {
    assert.isAtMost(readFileSync(join(src, file), "utf8").split("\n").length - 1, 150)
  })
})
