import { isGood, type TokenState, tokenStateNames, tokenStates } from "./tokenStates.ts"
import { spellingNames, spellings } from "./spellings.ts"

/** Those who have an account that they can reach. */
const owners = ["Adae01", "1234567890", "cafe10a", "o_reilly"] as const

/** Rows that only the collation takes for the one named here: letter for letter nobody can name them. */
const lookAlikes: Readonly<Record<string, string>> = {
  padded: "padded ",
  cafe9: "CAFÉ9",
  mixedcase: "MixedCase",
  resume: "re\u0301sume\u0301",
  a_c: "abc"
}

/** Every `Id` that has a row. */
export const rowIds: ReadonlyArray<string> = [...owners, ...Object.values(lookAlikes)]

/** One job: who is named by its token, in what state that is, and whom the job wants to change. */
export interface JobCell {
  readonly state: TokenState
  readonly subject: unknown
  readonly Id: unknown
}

/** The whole matrix: each subject, its token and the job's `Id` in each spelling, for its own account and for that of the next one. */
export const jobCells: ReadonlyArray<JobCell> = [...owners, ...Object.keys(lookAlikes)].flatMap((own, index) => {
  const foreign = owners[(index + 1) % owners.length] ?? ""
  const spelled = spellingNames.flatMap((spelling): ReadonlyArray<JobCell> => {
    const [mine, theirs] = [spellings[spelling](own), spellings[spelling](foreign)]
    return [
      { state: "valid", subject: own, Id: mine },
      { state: "valid", subject: mine, Id: own },
      { state: "valid", subject: mine, Id: mine },
      { state: "valid", subject: own, Id: theirs }
    ]
  })
  const states = tokenStateNames.flatMap((state): ReadonlyArray<JobCell> => [
    { state, subject: own, Id: own },
    { state, subject: own, Id: foreign }
  ])
  return states.concat(spelled)
})

/** The row that this job may change, by the contract and nothing else; absent where it may change none. */
export const rowOf = ({ state, subject, Id }: JobCell, pattern: RegExp): string | undefined =>
  isGood(state) && typeof Id === "string" && Id === subject && pattern.test(Id) ? rowIds.find((id) => id === Id) : undefined

/** The token that the job carries. */
export const tokenOf = ({ state, subject }: JobCell): unknown => tokenStates[state](subject)
