import { spellingNames, spellings } from "./spellings.ts"
import { isGood, tokenStateNames, tokenStates } from "./tokenStates.ts"

const room = (id: unknown) => (typeof id === "string" ? `${id}_Update_User` : id)

/** Rooms that are tricks rather than names. */
const tricks = (id: string): ReadonlyArray<unknown> => [
  [room(id)],
  [[room(id)]],
  { room: room(id) },
  { length: 1, 0: room(id) },
  { toString: room(id) },
  null,
  true,
  0,
  "",
  "_Update_User",
  id,
  `${room(id)}_Update_User`,
  `${room(id)} `,
  ` ${room(id)}`,
  `${id}_update_user`,
  `${id}_Update_User\0`,
  `/${room(id)}`,
  `${id}*`,
  "*_Update_User",
  ".*_Update_User"
]

/** Everything that a client may ask to join: the rooms of these users in each spelling, and tricks. */
export const roomsAsked = (ids: ReadonlyArray<string>): ReadonlyArray<unknown> =>
  ids.flatMap((id) => [...spellingNames.map((name) => room(spellings[name](id))), ...tricks(id)])

const userId = /^[A-Za-z0-9_-]{1,100}$/u

/** Whose room that is, as the contract names rooms; absent where it is none. */
export const userOfRoom = (asked: unknown): string | undefined => {
  const [, id] = typeof asked === "string" ? (/^(.*)_Update_User$/su.exec(asked) ?? []) : []
  return id !== undefined && userId.test(id) ? id : undefined
}

/** A token that a client shows, and whom it is then taken for: absent where it must not be let in. */
export interface Shown {
  readonly token: unknown
  readonly user: string | undefined
}

/** Tokens that name a user: in each state, and good ones with the user in each spelling. */
export const tokensShown = (id: string): ReadonlyArray<Shown> => [
  ...tokenStateNames.map((state) => ({ token: tokenStates[state](id), user: isGood(state) ? id : undefined })),
  ...spellingNames.map((name) => {
    const spelled: unknown = spellings[name](id)
    return {
      token: tokenStates.valid(spelled),
      user: typeof spelled === "string" && userId.test(spelled) ? spelled : undefined
    }
  })
]

/** What a client may state as the position that it has seen. */
export const positionsStated: ReadonlyArray<unknown> = [undefined, 0, 1, 2, 3, -1, 1e9, 0.5, "0", [0], { after: 0 }, null, true]
