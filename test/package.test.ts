import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import packageJson from "../package.json" with { type: "json" }
import { end, makePackage, makeProject } from "./deploy/installed.ts"

const prepare = Effect.gen(function* () {
  const made = yield* makePackage
  const folder = yield* makeProject(made.tarball)
  return { ...made, folder, bin: (name: string) => join(folder, "node_modules/.bin", name) }
})

class Installed extends Context.Service<Installed, Effect.Success<typeof prepare>>()("test/Installed") {
  static readonly layer = Layer.effect(Installed, prepare)
}

const readme = readFileSync(resolve(import.meta.dirname, "../README.md"), "utf8")

/** The examples of the README, each as a file: a test where it imports vitest, else a program. */
const examples = [...readme.matchAll(/^```ts\n([^]*?)^```$/gmu)].map(([, text = ""], index) => ({
  text,
  isTest: /from "(?:@effect\/)?vitest"/u.test(text),
  name: `example${index + 1}${/from "(?:@effect\/)?vitest"/u.test(text) ? ".test" : ""}.ts`
}))

const consumer = `import { Effect } from "effect"
import { App, readSettings, sentences, type Settings } from "user-update-service"

export const status: boolean = sentences.Updated.Status
// @ts-expect-error: it is no number; an any would be one
export const number: number = sentences.Updated.Status
export const layers = (settings: Settings) => App.layer(settings)
export const problems = Effect.catchTag(readSettings, "CannotStart", ({ message }) => Effect.succeed(message))
// @ts-expect-error: what is not exported cannot be imported
import "user-update-service/dist/App.js"
`

layer(Installed.layer, { timeout: "3 minutes", excludeTestServices: true })("the package", (it) => {
  it.effect("holds the compiled code, its types, package.json and the README, and nothing that was there before", () =>
    Effect.gen(function* () {
      const { files } = yield* Installed
      assert.includeMembers([...files], ["dist/index.js", "dist/index.d.ts", "dist/main.js", "dist/migrate.js", "dist/App.js"])
      assert.deepStrictEqual(
        files.filter((file) => !/^(?:package\.json|README\.md|dist\/(?!local\/)[\w/]+\.(?:js|d\.ts))$/u.test(file)),
        []
      )
      assert.notInclude(files, "dist/stale.js")
    })
  )

  it.effect("names no file outside itself, and no folder of the machine that it was made on", () =>
    Effect.gen(function* () {
      const { checkout, files, folder } = yield* Installed
      const root = join(folder, "node_modules/user-update-service")
      for (const file of files) {
        const text = readFileSync(join(root, file), "utf8")
        assert.notInclude(text, "sourceMappingURL", file)
        assert.notInclude(text, checkout, file)
      }
    })
  )

  it.effect("brings the one who installs it no other Node.js and no second Effect", () =>
    Effect.gen(function* () {
      const { bin, folder } = yield* Installed
      assert.isFalse(existsSync(bin("node")))
      assert.isFalse(existsSync(join(folder, "node_modules/user-update-service/node_modules/effect")))
      assert.notProperty(packageJson, "optionalDependencies")
    })
  )

  it.effect(
    "has types that hold in a strict project",
    () =>
      Effect.gen(function* () {
        const { bin, folder } = yield* Installed
        writeFileSync(join(folder, "consumer.ts"), consumer)
        for (const { name, text } of examples) writeFileSync(join(folder, name), text)
        const { code, output } = yield* end(folder, bin("tsc"), ["-p", "."])
        assert.strictEqual(code, 0, output)
      }),
    60_000
  )

  it.effect(
    "does what the README shows",
    () =>
      Effect.gen(function* () {
        const { bin, folder } = yield* Installed
        assert.isNotEmpty(examples)
        for (const { isTest, name, text } of examples) {
          writeFileSync(join(folder, name), text)
          const [file, args] = isTest ? [bin("vitest"), ["run", name]] : [process.execPath, [name]]
          const { code, output } = yield* end(folder, file, args)
          assert.strictEqual(code, 0, `${name}\n${text}\n${output}`)
        }
      }),
    60_000
  )

  it.effect("brings programs that name the variables which are missing, and end with 78", () =>
    Effect.gen(function* () {
      const { bin, folder } = yield* Installed
      for (const name of Object.keys(packageJson.bin)) {
        const { code, output } = yield* end(folder, bin(name), [])
        assert.strictEqual(code, 78, output)
        for (const variable of ["MYSQL_HOST", "MYSQL_PASSWORD", "PORT_ENCRYPT"])
          assert.include(output, `${variable} is missing`)
      }
    })
  )
})
