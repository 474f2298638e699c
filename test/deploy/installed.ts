import { execFile } from "node:child_process"
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { Effect } from "effect"
import { temporaryFolder } from "../../src/local/temporaryFolder.ts"
import { project } from "./dockerfile.ts"
import { sh } from "./sh.ts"

const checked = ["package.json", "package-lock.json", ".npmrc", "tsconfig.json", "README.md", "src"]

/** What a project has that writes tests with the testing kit: as in the README, at the versions that we have. */
const packages = ["effect", "@effect/vitest", "vitest", "typescript", "@types/node"]

const versionOf = (name: string) =>
  (JSON.parse(readFileSync(join(project, "node_modules", name, "package.json"), "utf8")) as { readonly version: string })
    .version

/** Builds and packs a copy of the project, in which an earlier build has left a file. `files` is what the tarball holds. */
export const makePackage = Effect.gen(function* () {
  const checkout = yield* temporaryFolder
  yield* Effect.sync(() => {
    for (const name of checked) cpSync(join(project, name), join(checkout, name), { recursive: true })
    symlinkSync(join(project, "node_modules"), join(checkout, "node_modules"))
    mkdirSync(join(checkout, "dist"))
    writeFileSync(join(checkout, "dist/stale.js"), "")
  })
  yield* sh(checkout, "npm run build && npm pack --ignore-scripts")
  const tarball = join(checkout, "user-update-service-0.1.0.tgz")
  const list = yield* end(checkout, "tar", ["-tzf", tarball])
  const files = list.output
    .trim()
    .split("\n")
    .map((path) => path.replace(/^package\//u, ""))
  return { checkout, tarball, files }
})

/** An empty project with the package installed from its tarball, beside what its tests need. Gone with the scope. */
export const makeProject = Effect.fnUntraced(function* (tarball: string) {
  const folder = yield* temporaryFolder
  const write = (name: string, content: unknown) => writeFileSync(join(folder, name), JSON.stringify(content))
  yield* Effect.sync(() => {
    write("package.json", { name: "consumer", private: true, type: "module" })
    write("tsconfig.json", { compilerOptions, include: ["*.ts"] })
  })
  const wanted = packages.map((name) => `${name}@${versionOf(name)}`)
  yield* sh(folder, `npm install --prefer-offline --no-audit --no-fund --ignore-scripts '${tarball}' ${wanted.join(" ")}`)
  return folder
})

const compilerOptions = {
  target: "ES2024",
  lib: ["ES2024", "ESNext.Disposable", "DOM"],
  module: "NodeNext",
  types: ["node"],
  strict: true,
  noEmit: true,
  skipLibCheck: false
}

/** How a program ends, with an environment that holds nothing but a `PATH` to this Node.js, and all that it wrote. */
export const end = (cwd: string, file: string, args: ReadonlyArray<string>) =>
  Effect.callback<{ readonly code: number; readonly output: string }>((resume) => {
    const child = execFile(
      file,
      [...args],
      { cwd, env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` } },
      (_, out, err) => resume(Effect.succeed({ code: child.exitCode ?? -1, output: `${out}${err}` }))
    )
    return Effect.sync(() => child.kill())
  })
