import { type Variable, variables } from "../../src/settings/variables.ts"

/** The text of `.env.example`: every variable with what it is for. Those that need not be set are commented out. */
export const envExample = (): string =>
  [
    "# Copy to .env. Lines that begin with # show what holds, or an example, where a variable is not set.",
    "# A secret may be given as a file instead: MYSQL_PASSWORD_FILE=/run/secrets/mysql_password",
    "",
    ...Object.entries<Variable<unknown>>(variables).map(([name, { about, example, fallback, optional }]) =>
      [`# ${about}`, `${fallback === undefined && !(optional && name !== shown) ? "" : "#"}${name}=${example}`].join("\n")
    ),
    ""
  ].join("\n")

const shown = "API_JWT"
