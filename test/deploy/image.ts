import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { temporaryFolder } from "../../src/local/temporaryFolder.ts"
import { isSent, sent } from "./dockerignore.ts"
import { project, type Stage, stages, type Step } from "./dockerfile.ts"
import { sh } from "./sh.ts"

/** Stages of the Dockerfile as folders, made without an engine: `COPY` and `RUN` are carried out in the folder of their stage. */
export interface Image {
  /** The root of a stage's file system. */
  readonly root: (stage: string) => string
  /** A copy of the Node.js that the tests run on, where any user can reach it. */
  readonly node: string
}

/** Carries out every stage, in order. What the last ones hold cannot be written to. Gone with the scope. */
export const buildImage = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  yield* Effect.addFinalizer(() => Effect.orDie(sh(folder, "chmod -R u+w .")))
  const root = (stage: string) => join(folder, stage)
  const node = join(folder, "bin/node")
  yield* Effect.sync(() => {
    mkdirSync(join(folder, "bin"))
    copyFileSync(process.execPath, node)
    chmodSync(folder, 0o755)
    for (const path of sent) {
      cpSync(join(project, path), join(root("context"), path), { recursive: true, filter: isSent })
    }
  })
  for (const stage of stages) yield* makeStage(stage, root, `${join(folder, "bin")}:${process.env["PATH"]}`)
  yield* sh(folder, "chmod -R a-w service encryption-stand-in")
  const image: Image = { root, node }
  return image
})

const makeStage = Effect.fnUntraced(function* ({ name, base, steps }: Stage, root: (stage: string) => string, path: string) {
  yield* existsSync(root(base))
    ? sh(root("context"), `cp -al '${root(base)}' '${root(name)}'`)
    : Effect.sync(() => mkdirSync(root(name)))
  const folder = join(root(name), "app")
  mkdirSync(folder, { recursive: true })
  for (const step of steps) {
    if (step.keyword === "RUN") yield* sh(folder, quicker(step.text), { PATH: path, npm_config_prefer_offline: "true" })
    if (step.keyword === "COPY") yield* copy(step, root, folder)
  }
})

/** Whoever runs the tests has just run `npm ci`: to do so again takes half a minute. */
const quicker = (script: string) =>
  /^npm ci (?!--omit)/u.test(script) ? `ln -s '${project}/node_modules' node_modules` : script

const copy = ({ flags, words }: Step, root: (stage: string) => string, folder: string) =>
  Effect.forEach(words.slice(0, -1), (word) => {
    const source = join(root(flags["from"] ?? "context"), word)
    const target = join(folder, words.at(-1) ?? "")
    mkdirSync(target, { recursive: true })
    return sh(folder, `cp -al '${source}${statSync(source).isDirectory() ? "/." : ""}' '${target}/'`)
  })
