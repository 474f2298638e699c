import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { DockerfileParser, type Instruction, type ModifiableInstruction } from "dockerfile-ast"

/** The root of the project. */
export const project = resolve(import.meta.dirname, "../..")

/** One instruction: its keyword, its flags (`--from=build`), its text as it stands, and its words where it has the exec form. */
export interface Step {
  readonly keyword: string
  readonly flags: Readonly<Record<string, string>>
  readonly text: string
  readonly words: ReadonlyArray<string>
  readonly exec: ReadonlyArray<string>
}

/** One stage: its name, what it stands on (an image or an earlier stage), and its instructions. */
export interface Stage {
  readonly name: string
  readonly base: string
  readonly steps: ReadonlyArray<Step>
}

const instructions = DockerfileParser.parse(readFileSync(resolve(project, "Dockerfile"), "utf8")).getInstructions()

const toStep = (instruction: Instruction): Step => {
  const flags = (instruction as Partial<ModifiableInstruction>).getFlags?.() ?? []
  const text = instruction.getRawArgumentsContent() ?? ""
  return {
    keyword: instruction.getKeyword(),
    flags: Object.fromEntries(flags.map((flag) => [flag.getName(), flag.getValue() ?? ""])),
    text,
    words: instruction.getArguments().map((argument) => argument.getValue()),
    exec: /^(?:CMD )?\[/u.test(text) ? (JSON.parse(text.slice(text.indexOf("["))) as ReadonlyArray<string>) : []
  }
}

const steps = instructions.map(toStep)
const starts = steps.flatMap(({ keyword }, index) => (keyword === "FROM" ? [index] : []))

/** The stages of the Dockerfile, in order. */
export const stages: ReadonlyArray<Stage> = starts.map((start, index) => {
  const [base = "", , name = ""] = steps[start]?.words ?? []
  return { name, base, steps: steps.slice(start + 1, starts[index + 1]) }
})

/** A stage by its name. */
export const stage = (name: string): Stage => {
  const found = stages.find((stage) => stage.name === name)
  if (found === undefined) throw new Error(`the Dockerfile has no stage ${name}`)
  return found
}

/** All that holds in a stage: the instructions of the stages that it stands on, then its own. */
export const inherited = (name: string): ReadonlyArray<Step> => {
  const { base, steps } = stage(name)
  return stages.some((stage) => stage.name === base) ? [...inherited(base), ...steps] : steps
}

/** The last instruction of this kind that holds in a stage. */
export const lastOf = (name: string, keyword: string): Step | undefined =>
  inherited(name).findLast((step) => step.keyword === keyword)

/** The environment that a stage sets. */
export const environmentOf = (name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    inherited(name)
      .filter(({ keyword }) => keyword === "ENV")
      .flatMap(({ words }) => words.map((word) => [word.split("=")[0] ?? "", word.slice(word.indexOf("=") + 1)]))
  )
