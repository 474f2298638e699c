import { randomUUID } from "node:crypto"
import { assert, layer } from "@effect/vitest"
import Bull from "bull"
import { Effect, Layer } from "effect"
import { startDatabase } from "../src/local/servers.ts"
import { type DatabaseAccount, query } from "../src/local/sql.ts"
import { DatabaseServer } from "./support/database.ts"
import { deploy, job } from "./support/deployment.ts"
import { RedisServer } from "./support/redis.ts"
import { until } from "./support/until.ts"

/** Texts that break out of SQL where it is put together of texts. `U+FFFD` and `¿'` are what is left of 0xBF27 in UTF-8 and latin1. */
const attacks: ReadonlyArray<string> = [
  "'",
  "''",
  '"',
  "`",
  "\\",
  "\\'",
  "\\\\'; -- ",
  "' OR '1'='1",
  "' OR 1=1 -- ",
  "' OR 1=1#",
  "1' OR '1'='1'/*",
  "*/ OR 1=1 /*!50000 UNION SELECT 1 */",
  "'; UPDATE Users SET Phone='pwned'; -- ",
  "'); DELETE FROM Users; -- ",
  "x', 'x', 'x', 'x'); DROP TABLE Users; -- ",
  "' UNION SELECT Password FROM Users -- ",
  "'||(SELECT Password FROM Users LIMIT 1)||'",
  "' AND SLEEP(5) AND '1'='1",
  "' PROCEDURE ANALYSE(EXTRACTVALUE(1,CONCAT(0x5c,@@version)),1) -- ",
  "' INTO OUTFILE '/tmp/x' -- ",
  "¿'",
  "\u{FFFD}'",
  "縗' OR 1=1 -- ",
  "誠\\' OR 1=1 -- ",
  "%bf%27 OR 1=1 -- ",
  "0xbf27",
  "_gbk'縗'",
  "_binary'x' COLLATE utf8mb4_bin",
  "N'x'",
  "X'27'",
  "‘ OR ‘1’=‘1",
  "ʼ OR ʼ1ʼ=ʼ1",
  "＇ OR ＇1＇=＇1",
  "′″‵＂",
  "%",
  "_",
  "%' OR Id LIKE '%",
  "?",
  ":Id",
  "@id := 1",
  "${1}",
  "{{7*7}}",
  '{"toSqlString":"x"}',
  "[object Object]",
  "a','b",
  '$[*]" COLUMNS (x INT PATH "$")) t; -- ',
  "'] , JSON_TABLE('[1]', '$[*]' COLUMNS (x INT PATH '$')) t -- ",
  "NULL",
  "DEFAULT",
  "CURRENT_USER()",
  "😀'\u{1F511}\\",
  "e\u0301' \u202Etxet\u200B",
  " leading and trailing ",
  "'".repeat(100),
  "\\".repeat(99) + "'"
]

/** Texts that break a rule of the job, by the field that they stand in: none of them gets as far as SQL. */
const refused: ReadonlyArray<Readonly<Record<string, unknown>>> = [
  { Phone: "0912' OR '1'='1" },
  { Phone: "0912345678; DROP TABLE Users" },
  { Phone: { toSqlString: "x" } },
  { Username: "\u0000' OR 1=1" },
  { Username: "\u001A' OR 1=1" },
  { Username: "\uD800' OR 1=1" },
  { Username: ["a", "b"] },
  { Username: { toSqlString: "() => 'x'" } },
  { Username: 1 },
  { Password: { length: 1 } },
  { Password: "\u0000" },
  { Password: null },
  { Image: "' OR 1=1" },
  { Image: "data:image/png;base64,' OR 1=1" },
  { Image: true },
  { Image: { raw: "NOW()" } },
  { Id: "bystander' OR '1'='1" },
  { Id: "bystander " },
  { Id: ["bystander"] },
  { Id: "nobody'OR'1'='1" },
  { Id: "BYSTANDER" }
]

const isVisibleAscii = (text: string) => /^[\x21-\x7e]{1,100}$/u.test(text)
const hostileIds = attacks.map((text) => text.replaceAll(" ", "/**/")).filter(isVisibleAscii)
const bystanders = ["bystander", "y'", "y%", "y_", "y\\", "0", ""]

/** What is done to the server or to `Users` before the service starts, and undone. */
interface Ground {
  readonly name: string
  readonly alter: ReadonlyArray<string>
  readonly restore?: string
  /** The character set of the columns, where not every text can be stored. */
  readonly charset?: "gbk" | "latin1"
}

const grounds: ReadonlyArray<Ground> = [
  { name: "as it comes", alter: [] },
  {
    name: "with NO_BACKSLASH_ESCAPES and ANSI_QUOTES",
    alter: ["SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES,ANSI_QUOTES'"],
    restore: "SET GLOBAL sql_mode = DEFAULT"
  },
  { name: "with Users in latin1", alter: ["ALTER TABLE Users CONVERT TO CHARACTER SET latin1"], charset: "latin1" },
  { name: "with Users in gbk", alter: ["ALTER TABLE Users CONVERT TO CHARACTER SET gbk"], charset: "gbk" }
]

interface Attack {
  readonly id: string
  readonly jobId: string
  readonly data: Readonly<Record<string, unknown>>
  readonly accepted: boolean
}

const attack = (jobId: string, id: string, changes: Readonly<Record<string, unknown>>, accepted: boolean) =>
  Effect.map(job(id, { Password: "correct horse", ...changes }), (data): Attack => ({ id, jobId, data, accepted }))

/** Phone and password reach SQL encrypted, and no more than 40 bytes of them fit the column. */
const inEveryField = (text: string) => ({
  Username: text,
  Image: `http://images.example/?${text.replaceAll(/[^\x21-\x7e]/gu, "x")}`,
  ...(Buffer.byteLength(text) > 40 ? {} : { Password: text })
})

/** Each text for a user of its own, then for that user's neighbour, so that what was stored is read by the next job. */
const makeAttacks = (canStore: (text: string) => boolean) =>
  Effect.all([
    ...[0, 1].flatMap((round) =>
      attacks.map((_, index) => {
        const text = attacks[(index + round) % attacks.length] ?? ""
        return attack(`${text} ${round}/${index}`, `user${index}`, inEveryField(text), canStore(text))
      })
    ),
    ...hostileIds.map((id) => attack(`of ${id}`, id, {}, true)),
    ...refused.map((changes, index) => attack(`refused ${index}`, "bystander", changes, false))
  ])

const unhex = (value: unknown) => Buffer.from(String(value), "hex").toString()

/** All rows, by `Id`: each byte as it is stored, and the two columns that are not encrypted as text. */
const dump = (asRoot: DatabaseAccount) =>
  query(
    asRoot,
    `SELECT HEX(CONVERT(Id USING utf8mb4)) AS id, HEX(CONVERT(Name USING utf8mb4)) AS name, HEX(CONVERT(Image USING utf8mb4)) AS image,
            CONCAT_WS(':', HEX(Id), HEX(Phone), HEX(Password), HEX(Name), HEX(Image)) AS bytes, HEX(Phone) AS phone,
            HEX(Password) AS password
     FROM Users`
  ).pipe(
    Effect.map((rows) => new Map(rows.map((row) => [unhex(row["id"]), row]))),
    Effect.orDie
  )

const readLedger = (asRoot: DatabaseAccount) =>
  query(asRoot, "SELECT HEX(CONVERT(job_id USING utf8mb4)) AS jobId, user_id AS user, tag FROM update_ledger_outcomes")

const storable = (asRoot: DatabaseAccount, charset: Ground["charset"]) =>
  charset === undefined
    ? Effect.succeed(() => true)
    : Effect.map(
        Effect.forEach(attacks, (text) =>
          query(
            asRoot,
            `SELECT HEX(CONVERT(CONVERT(CONVERT(UNHEX('${Buffer.from(text).toString("hex")}') USING utf8mb4) USING ${charset}) USING utf8mb4)) AS hex`
          )
        ),
        (rows) => {
          const kept = new Set(attacks.filter((text, index) => unhex(rows[index]?.[0]?.["hex"]) === text))
          return (text: string) => kept.has(text)
        }
      )

/** Runs all attacks through a whole deployment and compares every byte of `Users` before and after. */
const survive = ({ alter, restore = "DO 0", charset }: Ground) =>
  Effect.gen(function* () {
    const server = yield* DatabaseServer
    const redis = yield* RedisServer
    const queue = { QUEUE_NAME: `q';DROP TABLE Users;-- \\縗'${randomUUID()}`, QUEUE_PREFIX: "p'\\\"%_" }
    const { account, encryption, start } = yield* deploy([], { USER_ID_PATTERN: ".{1,100}", ...queue })
    const producer = yield* Effect.acquireRelease(
      Effect.sync(() => new Bull(queue.QUEUE_NAME, redis.url, { prefix: queue.QUEUE_PREFIX })),
      (queue) => Effect.promise(() => queue.close())
    )
    const asRoot = { ...server, database: account.database }
    const ids = [...bystanders, ...hostileIds, ...attacks.map((_, index) => `user${index}`)]
    const rows = ids.map((id) => `(UNHEX('${Buffer.from(id).toString("hex")}'), 'old', 'old', 'old', 'old')`)
    yield* query(asRoot, `INSERT INTO Users VALUES ${rows.join(", ")}`)
    for (const statement of alter) yield* query(asRoot, statement)
    yield* Effect.addFinalizer(() => Effect.orDie(query(asRoot, restore)))
    const jobs = yield* makeAttacks(yield* storable(asRoot, charset))
    const before = yield* dump(asRoot)

    for (const { data, jobId } of jobs)
      yield* Effect.promise(() => producer.add(data, { jobId, removeOnComplete: true, removeOnFail: true }))
    yield* start
    const ledger = yield* until(readLedger(asRoot), ({ length }) => length >= jobs.length)
    const after = yield* dump(asRoot)

    assert.sameMembers(
      ledger.map((row) => `${unhex(row["jobId"])} ${row["tag"] === "Updated"}`),
      jobs.map(({ jobId, accepted }) => `${jobId} ${accepted}`)
    )
    const last = new Map(jobs.filter(({ accepted }) => accepted).map(({ id, data }) => [id, data]))
    assert.sameMembers([...after.keys()], ids)
    for (const [id, row] of after) {
      const data = last.get(id)
      if (data === undefined) assert.strictEqual(row["bytes"], before.get(id)?.["bytes"], id)
      else
        assert.deepStrictEqual(
          [
            unhex(row["name"]),
            unhex(row["image"]),
            encryption.decrypt(unhex(row["phone"])),
            encryption.decrypt(unhex(row["password"]))
          ],
          [data["Username"], data["Image"], data["Phone"], data["Password"]],
          id
        )
    }
  })

layer(Layer.merge(RedisServer.layer, DatabaseServer.layer), { excludeTestServices: true, timeout: "60 seconds" })(
  "SQL in any field of a job",
  (it) => {
    it.effect.each(grounds)(
      "is stored letter for letter or refused, and changes no byte of another row, $name",
      survive,
      60_000
    )
  }
)

const deaf = ["--character-set-server=gbk", "--skip-character-set-client-handshake"]
const deafServer = Layer.effect(DatabaseServer, startDatabase({ args: deaf }))

layer(Layer.merge(RedisServer.layer, deafServer), { excludeTestServices: true, timeout: "60 seconds" })(
  "SQL in any field of a job, on a server that takes what every client says for gbk",
  (it) => {
    it.effect("is stored letter for letter, and changes no byte of another row", () => survive({ name: "", alter: [] }), 60_000)
  }
)
