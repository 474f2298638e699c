import { assert, describe, it } from "@effect/vitest"
import { environmentOf, inherited, lastOf, stage, stages } from "./dockerfile.ts"
import { isSent, leavesOutAll, sent } from "./dockerignore.ts"
import packageJson from "../../package.json" with { type: "json" }

const steps = stages.flatMap(({ steps }) => steps)

const least = /^>=(\d+)\.(\d+)/u

describe("the Dockerfile", () => {
  it("stands on one image, pinned by version and digest, whose Node.js is new enough", () => {
    const images = stages.map(({ base }) => base).filter((base) => !stages.some(({ name }) => name === base))
    assert.lengthOf(images, 1)
    const [, major, minor] = /^node:(\d+)\.(\d+)\.\d+-trixie-slim@sha256:[0-9a-f]{64}$/u.exec(images[0] ?? "") ?? []
    const [, leastMajor, leastMinor] = least.exec(packageJson.engines.node) ?? []
    assert.isAtLeast(Number(major) * 1000 + Number(minor), Number(leastMajor) * 1000 + Number(leastMinor))
  })

  it("makes the service last, as a user without a name and without rights, told to leave by SIGTERM", () => {
    assert.strictEqual(stages.at(-1)?.name, "service")
    const [, uid, gid] = /^(\d+):(\d+)$/u.exec(lastOf("service", "USER")?.text ?? "") ?? []
    assert.isAtLeast(Number(uid), 10_000)
    assert.isAtLeast(Number(gid), 10_000)
    assert.strictEqual(lastOf("service", "STOPSIGNAL")?.text, "SIGTERM")
  })

  it("starts no shell: what runs and what asks for health are in the exec form", () => {
    for (const keyword of ["ENTRYPOINT", "CMD", "HEALTHCHECK"]) {
      for (const name of ["service", "encryption-stand-in"])
        assert.isNotEmpty(lastOf(name, keyword)?.exec, `${keyword} of ${name}`)
    }
  })

  it("runs nothing, and copies only what was made before, in the stages that are kept", () => {
    for (const { keyword, flags } of [...inherited("service"), ...inherited("encryption-stand-in")]) {
      assert.notInclude(["RUN", "ADD", "ARG"], keyword)
      if (keyword === "COPY") assert.include(["build", "dependencies"], flags["from"])
    }
  })

  it("puts no secret into a layer", () => {
    assert.deepStrictEqual(Object.keys(environmentOf("service")), ["NODE_ENV", "NODE_OPTIONS"])
    assert.notInclude(
      steps.map(({ keyword }) => keyword),
      "ARG"
    )
    for (const { keyword, flags, words } of steps) {
      if (keyword === "COPY" && flags["from"] === undefined) {
        for (const word of words.slice(0, -1))
          assert.isTrue(
            sent.some((path) => `${word}/`.startsWith(`${path}/`)),
            word
          )
      }
    }
  })

  it("installs exactly what package-lock.json says, and runs no script of a package", () => {
    const installs = steps.filter(({ text }) => /\bnpm (?:ci|install|i)\b/u.test(text))
    assert.lengthOf(installs, 2)
    for (const { text } of installs) assert.match(text, /^npm ci (?:--omit=dev )?--ignore-scripts /u)
    assert.include(stage("dependencies").steps.at(-1)?.text, "--omit=dev")
  })
})

describe(".dockerignore", () => {
  it("sends the engine what is named, and nothing that may hold a secret", () => {
    assert.isTrue(leavesOutAll)
    for (const name of [".env", ".git", "secrets", "test", "node_modules", "dist"]) assert.notInclude(sent, name)
    for (const path of ["src/.env", "src/.env.local", "src/local/npm-debug.log", "src/deploy/node/node_modules"]) {
      assert.isFalse(isSent(path), path)
    }
  })
})
