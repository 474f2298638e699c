import { type Variable, variables } from "../../src/settings/variables.ts"
import { code, table } from "./table.ts"

/** Every variable of the environment, and what holds where it is not set. */
export const variablesTable = (): string =>
  table(
    ["variable", "what it is", "where it is not set"],
    Object.entries<Variable<unknown>>(variables).map(([name, variable]) => [
      code(name) + (variable.secret ? " 🔒" : ""),
      variable.about,
      unset(variable)
    ])
  )

const unset = ({ fallback, optional }: Variable<unknown>) => {
  if (fallback !== undefined) return code(fallback)
  return optional ? "–" : "**required**"
}
