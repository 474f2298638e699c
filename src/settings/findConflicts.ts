import { readSealKeys } from "../domain/SealKeys.ts"
import { secretProblem } from "../domain/secretProblem.ts"
import { isNearby } from "./isNearby.ts"
import { type Problem, type Values } from "./readVariables.ts"

/** What is wrong with variables that are each right by themselves. A variable that could not be read is absent. */
export const findConflicts = (values: Partial<Values>): ReadonlyArray<Problem> => [
  ...verifierConflicts(values),
  ...sealConflicts(values),
  ...portConflicts(values),
  ...idleRole(values)
]

const verifiers = ["JWT_SECRET_KEY", "JWT_JWKS_URL", "API_JWT"] as const

const verifierConflicts = (values: Partial<Values>): ReadonlyArray<Problem> => {
  const set = verifiers.filter((name) => values[name] !== undefined)
  if (verifiers.every((name) => name in values) && set.length === 0) {
    return [
      "JWT_SECRET_KEY, JWT_JWKS_URL or API_JWT is missing: one of them says who verifies tokens, for example API_JWT=http://127.0.0.1:4012"
    ]
  }
  return [
    ...(set.length > 1
      ? [
          `${set.join(" and ")} are ${set.length === 2 ? "both" : "all"} set: exactly one says who verifies tokens, remove the others`
        ]
      : []),
    ...weakSecret(values),
    ...openKeySet(values),
    ...(["JWT_ISSUER", "JWT_AUDIENCE"] as const)
      .filter((name) => values[name] !== undefined && values.API_JWT !== undefined)
      .map(
        (name) =>
          `${name} cannot be checked where API_JWT verifies tokens: remove it, or set JWT_SECRET_KEY or JWT_JWKS_URL instead of API_JWT`
      )
  ]
}

const weakSecret = ({ JWT_SECRET_KEY: secret }: Partial<Values>): ReadonlyArray<Problem> => {
  const problem = secret === undefined ? undefined : secretProblem(secret)
  return problem === undefined ? [] : [`JWT_SECRET_KEY ${problem}, for example the output of: openssl rand -base64 48`]
}

const openKeySet = ({ JWT_JWKS_URL: url }: Partial<Values>): ReadonlyArray<Problem> =>
  url === undefined || url.startsWith("https://") || isNearby(url)
    ? []
    : [
        "JWT_JWKS_URL must begin with https:// unless its host is in a private network: whoever stands between could bring keys, for example JWT_JWKS_URL=https://issuer.example/jwks.json"
      ]

const sealConflicts = ({ SEAL_PRIVATE_KEYS: keys }: Partial<Values>): ReadonlyArray<Problem> =>
  keys === undefined || readSealKeys(keys) !== undefined
    ? []
    : [
        "SEAL_PRIVATE_KEYS must be a JWK Set of one to eight private P-256 keys, each with a kid of its own and x, y and d that belong together, for example what is printed by: npm run --silent seal-key"
      ]

const portConflicts = ({ PORT, PORT_MESSAGES_USERS }: Partial<Values>): ReadonlyArray<Problem> =>
  PORT !== undefined && PORT === PORT_MESSAGES_USERS
    ? ["PORT and PORT_MESSAGES_USERS are the same port: the HTTP API and the messages hub need one each, for example PORT=4008"]
    : []

const idleRole = ({ PORT_MESSAGES_USERS, ROLES }: Partial<Values>): ReadonlyArray<Problem> =>
  typeof PORT_MESSAGES_USERS === "string" && ROLES !== undefined && !ROLES.includes("worker") && ROLES.includes("messages")
    ? ["ROLES has messages but no worker, and PORT_MESSAGES_USERS says that the hub is elsewhere: for example ROLES=worker,api"]
    : []
