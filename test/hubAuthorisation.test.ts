import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { readOutcomes } from "./support/database.ts"
import { deploy, job, serversLayer } from "./support/deployment.ts"
import { positionsStated, roomsAsked, type Shown, tokensShown, userOfRoom } from "./support/hubCells.ts"
import { acknowledgeAnything, ask, connectStranger, type Stranger } from "./support/stranger.ts"
import { tokenStates } from "./support/tokenStates.ts"
import { until } from "./support/until.ts"

const [ada, bob, victim] = ["Adae01", "cafe10a", "1234567890"] as const
const users = [ada, bob, victim]
const room = (id: string) => `${id}_Update_User`

/** A question to the hub, and the only right answer. */
interface Question {
  readonly event: "joinRoom" | "refreshToken"
  readonly asked: unknown
  readonly answer: boolean
}

/** Everything that a client may ask which is taken for `user`, or for nobody where that is absent. */
const questionsOf = (user: string | undefined): ReadonlyArray<Question> => {
  const rooms = roomsAsked([user ?? ada, victim]).map((asked): Question => ({
    event: "joinRoom",
    asked,
    answer: mayJoin(user, asked)
  }))
  return user === undefined ? rooms : rooms.concat([...tokensShown(user), ...tokensShown(victim)].map(refreshes(user)))
}

const refreshes =
  (user: string) =>
  ({ token, user: named }: Shown): Question => ({ event: "refreshToken", asked: token, answer: named === user })

const mayJoin = (user: string | undefined, asked: unknown) => {
  const named = userOfRoom(asked)
  return named !== undefined && (user === undefined || named === user)
}

/** As many as one connection may send at once, beside its handshake and what else it sends here. */
const atOnce = 12
const inTurns = <A>(list: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(list.length / atOnce) }, (_, turn) => list.slice(turn * atOnce, (turn + 1) * atOnce))

/** Connects, does all that it should not, and says which users it may hear. */
const intrude = (hubUrl: string, auth: object, user: string | undefined, questions: ReadonlyArray<Question>) =>
  Effect.gen(function* () {
    const stranger = yield* connectStranger(hubUrl, auth)
    assert.isTrue(stranger.isIn, JSON.stringify(auth))
    for (const { event, asked, answer } of questions)
      assert.strictEqual(yield* ask(stranger, event, asked), answer, `${user} ${event} ${JSON.stringify(asked)}`)
    acknowledgeAnything(stranger)
    if (user === undefined) stranger.socket.emit("refreshToken", tokenStates.valid(victim))
    stranger.socket.emit("Profile", { Id: room(bob), Status: true, Message: "forged" })
    const joined = questions.filter(({ event, answer }) => event === "joinRoom" && answer).map(({ asked }) => userOfRoom(asked))
    return { stranger, mayHear: new Set<string | undefined>(user === undefined ? joined : [user]) }
  })

const knock = (hubUrl: string, { token, user }: Shown) =>
  Effect.gen(function* () {
    const { isIn } = yield* Effect.scoped(connectStranger(hubUrl, { token }))
    assert.strictEqual(isIn, user !== undefined, JSON.stringify(token))
  })

const userOfJob = (jobId: string) => jobId.split("~")[0]

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("a client of the hub", (it) => {
  it.effect.each([{ anonymous: false }, { anonymous: true }])(
    "is let in, hears and acknowledges as its token says and no other way, anonymous clients let in: $anonymous",
    ({ anonymous }) =>
      Effect.gen(function* () {
        const { account, hubUrl, producer, start } = yield* deploy(users, { MESSAGES_ANONYMOUS: String(anonymous) })
        yield* start
        const enqueue = (round: number) =>
          Effect.forEach(users, (id) =>
            Effect.flatMap(job(id), (data) => Effect.promise(() => producer.add(data, { jobId: `${id}~${round}` })))
          )
        for (const round of [1, 2, 3]) yield* enqueue(round)
        yield* until(readOutcomes(account), ({ length }) => length === 9)

        const strange = [...tokensShown(ada), ...tokensShown(victim).filter(({ user }) => user !== victim)]
        yield* Effect.forEach(strange, (shown) => knock(hubUrl, shown), { concurrency: 10 })
        const own = inTurns(questionsOf(bob)).map((asked) => intrude(hubUrl, { token: tokenStates.valid(bob) }, bob, asked))
        const replays = positionsStated.map((after) => intrude(hubUrl, { token: tokenStates.valid(ada), after }, ada, []))
        const nobodys = inTurns(questionsOf(undefined)).map((asked) => intrude(hubUrl, { after: 0 }, undefined, asked))
        const intruders = yield* Effect.all([...own, ...replays, ...(anonymous ? nobodys : [])], { concurrency: 10 })
        yield* knock(hubUrl, { token: undefined, user: anonymous ? "nobody" : undefined })

        yield* enqueue(4)
        yield* until(
          Effect.sync(() =>
            intruders.every(({ mayHear, stranger }) => users.every((id) => !mayHear.has(id) || hasHeard(stranger, id)))
          ),
          (all) => all
        )
        for (const { mayHear, stranger } of intruders) {
          yield* ask(stranger, "joinRoom", "nowhere")
          for (const { JobId } of stranger.heard) assert.isTrue(mayHear.has(userOfJob(JobId)), JobId)
        }
        const fromTheBeginning = intruders[own.length + positionsStated.indexOf(0)]?.stranger.heard.map(
          ({ Position }) => Position
        )
        assert.deepStrictEqual(fromTheBeginning, [1, 2, 3, 4])
        const outcomes = yield* until(readOutcomes(account), (rows) =>
          rows.every((row) => row["user_id"] === victim || row["delivered_at"] !== null)
        )
        assert.isTrue(outcomes.every((row) => row["user_id"] !== victim || row["delivered_at"] === null))
      }),
    60_000
  )
})

const hasHeard = ({ heard }: Stranger, id: string) => heard.some(({ JobId }) => JobId === `${id}~4`)
