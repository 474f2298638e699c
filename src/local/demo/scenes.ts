import type { Stack } from "./Stack.ts"

/** The people of the demo: two who have an account, and one who has none. */
export const ada = "1234567890"
export const grace = "2345678901"
const nobody = "9999999999"

/** What a producer puts into the queue. */
export interface JobData {
  readonly Id: string
  readonly Token: string
  readonly Phone: string
  readonly Password: string
  readonly Username: string
  readonly Image: string
}

/** One job of the demo: whose it is, what is special about it, and what the user reads in the end. */
export interface Scene {
  readonly title: string
  readonly user: string
  readonly because: string
  readonly sentence: string
  readonly tokenLifetime?: number
  readonly prepare?: (stack: Stack) => void
  readonly cleanUp?: (stack: Stack) => void
}

/** The four sentences of the flow, each by the job that leads to it. */
export const scenes: ReadonlyArray<Scene> = [
  {
    title: "Ada changes her phone, password, name and picture",
    user: ada,
    because: "her token is good, the encryption works, and she has an account",
    sentence: "User updated successfully"
  },
  {
    title: "Grace tries it with a token that ran out an hour ago",
    user: grace,
    because: "the token expired before the job was taken",
    sentence: "Session expired. Please log in again.",
    tokenLifetime: -3600
  },
  {
    title: "Grace tries again, while the encryption service is broken",
    user: grace,
    because: "the encryption service answers with a SOAP fault",
    sentence: "Error encrypting your credentials. Please try again.",
    prepare: ({ encryption }) => encryption.setFailing(true),
    cleanUp: ({ encryption }) => encryption.setFailing(false)
  },
  {
    title: "Somebody with a good token, but without an account",
    user: nobody,
    because: "the database has no such user",
    sentence: "Error processing job"
  }
]
