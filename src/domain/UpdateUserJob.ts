import { type Redacted, Result, Schema, SchemaIssue } from "effect"
import { InvalidJob, InvalidToken } from "./Errors.ts"
import { isImage } from "./Image.ts"
import { makeReadUserId, UserId } from "./UserId.ts"

/** What a producer asks for (README, wire contract 1). All that is personal stays `Redacted` until the driver call. */
export interface UpdateUserJob {
  readonly Id: UserId
  readonly Token: Redacted.Redacted
  readonly Phone: Redacted.Redacted
  readonly Password: Redacted.Redacted
  readonly Username: Redacted.Redacted
  readonly Image: Redacted.Redacted
}

/** Reads the `Id` alone, so that the user of a malformed job can be told; absent where that is malformed too. */
export type ReadUserId = (data: unknown) => UserId | undefined

/** Reads a whole job. A bad `Token` alone is an `InvalidToken`; anything else is an `InvalidJob` that names the first bad field. */
export type DecodeJob = (data: unknown) => Result.Result<UpdateUserJob, InvalidJob | InvalidToken>

/** The two readers, compiled once for the identifiers of this deployment (`USER_ID_PATTERN`). */
export const makeJobReader = (userId: RegExp): { readonly decode: DecodeJob; readonly readUserId: ReadUserId } => {
  const Id = UserId.check(Schema.isPattern(userId))
  const decode = Schema.decodeUnknownResult(jobSchema(Id), { errors: "all" })
  const readId = makeReadUserId(userId)
  return {
    decode: (data) =>
      hasForbiddenMember(data)
        ? Result.fail(new InvalidJob({ reason: "field", field: "__proto__" }))
        : Result.mapError(decode(data), (error) => refuse(data, badFields(error.issue))),
    readUserId: (data) => (isRecord(data) ? readId(data["Id"]) : undefined)
  }
}

const jobSchema = (Id: Schema.Codec<UserId, string>) =>
  Schema.Struct({
    Id,
    Token: secret("Token", (text) => text.length > 0),
    Phone: secret("Phone", (text) => /^[0-9+ ()-]{4,32}$/u.test(text)),
    Password: secret("Password", isText(256)),
    Username: secret("Username", isText(100)),
    Image: secret("Image", isImage)
  })

const secret = (label: string, rule: (text: string) => boolean) =>
  Schema.RedactedFromValue(Schema.String.check(Schema.makeFilter(rule, { expected: `a valid ${label}` })), { label })

const isText = (limit: number) => (text: string) =>
  text.length > 0 && text.length <= limit * 2 && !/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(text) && [...text].length <= limit

const isRecord = (data: unknown): data is Record<string, unknown> =>
  typeof data === "object" && data !== null && !Array.isArray(data)

const hasForbiddenMember = (data: unknown) =>
  isRecord(data) && ["__proto__", "constructor", "prototype"].some((name) => Object.hasOwn(data, name))

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

const badFields = (issue: SchemaIssue.Issue): ReadonlyArray<string> =>
  formatIssue(issue).issues.map(({ path }) => String(path?.[0] ?? ""))

const refuse = (data: unknown, fields: ReadonlyArray<string>): InvalidJob | InvalidToken => {
  if (!isRecord(data)) return new InvalidJob({ reason: "unreadable" })
  if (Object.hasOwn(data, "Token") && fields.every((field) => field === "Token"))
    return new InvalidToken({ reason: "malformed" })
  return new InvalidJob({ reason: "field", field: fields[0] ?? "" })
}
