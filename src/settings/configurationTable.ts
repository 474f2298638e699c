import { type Variable, variables } from "./variables.ts"

/** The README's table of variables, as Markdown. */
export const configurationTable = (): string =>
  [
    "| variable | what it is | where it is not set |",
    "| --- | --- | --- |",
    ...Object.entries<Variable<unknown>>(variables).map(
      ([name, { about, fallback, optional, secret }]) =>
        `| \`${name}\`${secret ? " 🔒" : ""} | ${about} | ${fallback === undefined ? (optional ? "–" : "**required**") : `\`${fallback}\``} |`
    )
  ].join("\n")
