import { Effect, type Scope } from "effect"
import { io } from "socket.io-client"
import { type LocalStackError, localStackError } from "../LocalStackError.ts"
import { query } from "../sql.ts"
import { item, result, step } from "./paper.ts"
import { type JobData, type Scene } from "./scenes.ts"
import type { Stack } from "./Stack.ts"

/** Plays one scene: the user listens, a producer enqueues, and the reader sees the row before, what the user heard, and the row after. */
export const play = (stack: Stack, scene: Scene): Effect.Effect<void, LocalStackError> =>
  Effect.gen(function* () {
    yield* step(scene.title)
    yield* showRow(stack, "row before", scene.user)
    const heard = yield* listen(stack, scene.user)
    scene.prepare?.(stack)
    const job = yield* enqueue(stack, scene)
    yield* item("enqueued", `job ${job.id} on the Bull queue Update_User`)
    const response = yield* heard
    seen.set(scene.user, response.Position)
    scene.cleanUp?.(stack)
    yield* result("the user hears", JSON.stringify({ Status: response.Status, Message: response.Message }))
    yield* item("because", scene.because)
    yield* showRow(stack, "row after", scene.user, job.data)
    if (response.Message !== scene.sentence) return yield* unexpected(scene, response)
  }).pipe(Effect.scoped)

interface Response {
  readonly Status: boolean
  readonly Message: string
  readonly Position: number
}

/** The last position that each user's page has seen: with it a page hears nothing twice. */
const seen = new Map<string, number>()

/** The user's page: connects with the token of the login and waits for the first `Profile_Response` after those that it has seen. */
const listen = (
  stack: Stack,
  user: string
): Effect.Effect<Effect.Effect<Response, LocalStackError>, LocalStackError, Scope.Scope> =>
  Effect.gen(function* () {
    const token = yield* stack.issueToken(user)
    const page = yield* Effect.acquireRelease(
      Effect.sync(() => io(stack.hubUrl, { auth: { token, after: seen.get(user) }, reconnection: false, forceNew: true })),
      (page) => Effect.sync(() => page.disconnect())
    )
    const response = new Promise<Response>((resolve) => page.once("Profile_Response", resolve))
    yield* Effect.callback<void, LocalStackError>((resume) => {
      page.once("connect", () => {
        page.emit("joinRoom", `${user}_Update_User`)
        resume(Effect.void)
      })
      page.once("connect_error", ({ message }) =>
        resume(localStackError("failed", `The hub did not let ${user} in: ${message}`))
      )
    })
    return Effect.promise(() => response).pipe(
      Effect.timeoutOrElse({
        duration: "30 seconds",
        orElse: () => localStackError("timeout", `${user} heard nothing within 30 seconds.`)
      })
    )
  })

const enqueue = Effect.fnUntraced(function* ({ issueToken, queue }: Stack, { tokenLifetime = 3600, user }: Scene) {
  const data: JobData = {
    Id: user,
    Token: yield* issueToken(user, { lifetime: tokenLifetime }),
    Phone: "0912345678",
    Password: 'correct "horse" & 🔑',
    Username: user.startsWith("1") ? "Ada Lovelace" : "Grace Hopper",
    Image: "profile.jpg"
  }
  return yield* Effect.promise(() => queue.add(data, { attempts: 1, removeOnComplete: true, removeOnFail: true }))
})

const showRow = Effect.fnUntraced(function* (stack: Stack, name: string, user: string, typed?: JobData) {
  const [row] = yield* query(stack.database, "SELECT * FROM Users WHERE Id = ?", [user])
  yield* item(name, row === undefined ? "none" : JSON.stringify(row))
  if (row === undefined || typed === undefined || row["Name"] !== typed.Username) return
  const { decrypt } = stack.encryption
  yield* item("decrypted", JSON.stringify({ Phone: decrypt(String(row["Phone"])), Password: decrypt(String(row["Password"])) }))
})

const unexpected = ({ sentence }: Scene, { Message }: Response) =>
  localStackError("failed", `The user should have read "${sentence}", not "${Message}".`)
