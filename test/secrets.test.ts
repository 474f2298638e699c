import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer, Redacted } from "effect"
import { io } from "socket.io-client"
import { startDatabase, startRedis } from "../src/local/servers.ts"
import { query, type Row } from "../src/local/sql.ts"
import { temporaryFolder } from "../src/local/temporaryFolder.ts"
import { issueToken } from "../src/local/TokenIssuer.ts"
import { DatabaseServer, readOutcomes } from "./support/database.ts"
import { deploy, job, secret } from "./support/deployment.ts"
import { hubElsewhere } from "./support/hubElsewhere.ts"
import { findLeaks } from "./support/leaks.ts"
import { RedisServer } from "./support/redis.ts"
import { privateKeys, sealByHand, sealKey } from "./support/sealing.ts"
import { canaries, misbehaviours, rejectingModule, removals, serveHostileEncryption } from "./support/secretScene.ts"
import {
  bytesOf,
  readFolder,
  readHttp,
  readKeys,
  readSlowLog,
  readTables,
  watchCommands,
  watchEvents,
  watchFrames
} from "./support/sinks.ts"
import { until } from "./support/until.ts"

const [ada, bob, carl] = ["1234567890", "9876543210", "5555555555"] as const

/** Servers that write down all that they can, in a folder where it can be read. */
class Folder extends Context.Service<Folder, string>()("test/Folder") {
  static readonly layer = Layer.effect(Folder, temporaryFolder)
}
const redisArguments = (folder: string) => [
  "--dir",
  folder,
  "--rdbcompression",
  "no",
  "--aof-use-rdb-preamble",
  "no",
  "--slowlog-log-slower-than",
  "0",
  "--slowlog-max-len",
  "100000"
]
const talkative = Layer.mergeAll(
  Layer.effect(
    RedisServer,
    Effect.flatMap(Folder, (folder) => startRedis({ appendOnly: true, args: redisArguments(folder) }))
  ),
  Layer.effect(
    DatabaseServer,
    Effect.flatMap(Folder, (folder) =>
      startDatabase({
        args: [
          `--log-error=${join(folder, "mysql-errors.log")}`,
          "--log-warnings=9",
          "--log-output=TABLE",
          "--long-query-time=0"
        ]
      })
    )
  )
).pipe(Layer.provideMerge(Folder.layer))

const triggers = [
  "ALTER TABLE Users ADD UNIQUE KEY name (Name)",
  `CREATE TRIGGER complain BEFORE UPDATE ON Users FOR EACH ROW
    IF NEW.Name LIKE '%complaint' THEN
      SET @said = CONCAT(NEW.Name, NEW.Image, NEW.Phone, NEW.Password);
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = @said;
    END IF`
]

layer(talkative, { excludeTestServices: true, timeout: "60 seconds" })("what a job carries", (it) => {
  it.effect(
    "is in no log, no error, no event, no file and no answer when the job has ended, down every path, with all log levels on",
    () =>
      Effect.gen(function* () {
        const folder = yield* Folder
        const server = yield* DatabaseServer
        const redis = yield* RedisServer
        const encryption = yield* serveHostileEncryption("hold", "keep", "kill")
        const { account, env, hubUrl, producer, startWith } = yield* deploy([ada, bob, carl], {
          PORT_ENCRYPT: encryption.url,
          ENCRYPT_XML: "strict",
          LOG_LEVEL: "debug",
          JOB_DEADLINE: "2 seconds",
          SHUTDOWN_GRACE: "1 second",
          SEAL_PRIVATE_KEYS: Redacted.value(privateKeys(sealKey))
        })
        const root = { ...server, database: account.database }
        const { client } = producer
        const [good, expired] = [yield* job(ada, canaries), yield* job(ada, canaries, { lifetime: -100 })]
        const bad = failing(good, expired, yield* job("9999999999", canaries))
        const jobs = [
          ...removals.flatMap((removal) => {
            const options = { removeOnComplete: removal, removeOnFail: removal, attempts: 3 }
            return [
              { data: good, options },
              { data: { ...good, Token: `${good.Token}x` }, options },
              { data: { ...good, Phone: "canary-pass" }, options: { ...options, delay: 50, timeout: 10 } }
            ]
          }),
          ...bad.map((data) => ({ data, options: kept }))
        ]
        yield* query(root, ["UPDATE Users SET Name = Id", ...triggers])
        yield* query(root, "UPDATE Users SET Name = ? WHERE Id = ?", [`${canaries.Username} taken`, carl])
        const add = (data: unknown, options: object = kept, name = "__default__") =>
          Effect.promise(() => producer.add(name, data, options))
        const spoil = ({ id }: { readonly id: string | number }, fields: object) =>
          Effect.promise(() => client.hset(producer.toKey(String(id)), fields))
        for (const { data, options } of jobs) yield* add(data, options)
        yield* add(good, kept, "another name")
        yield* spoil(yield* add(good), { data: `{"Password":"${canaries.Password}` })
        yield* spoil(yield* add(good), { stalledCounter: 9, updateBegun: 9, updateRuns: 9 })
        const later = { ...kept, delay: 3_600_000 }
        const held = yield* add({ ...good, Password: `${canaries.Password} hold` }, later)
        const killing = yield* add({ ...good, Password: `${canaries.Password} kill` }, later)
        yield* spoil(killing, { updateBegun: 2, updateRuns: 2 })
        const keptWaiting = yield* add({ ...good, Password: `${canaries.Password} keep` }, later)
        const atOnce = jobs.length + 3

        yield* query(server, ["SET GLOBAL general_log = ON", "SET GLOBAL slow_query_log = ON"])
        yield* Effect.promise(() => client.call("SLOWLOG", "RESET"))
        const commands = yield* watchCommands(redis.host, redis.port)
        const events = yield* watchEvents(client)
        const page = io(hubUrl, { auth: { token: yield* issueToken(secret, ada) }, reconnectionDelayMax: 200 })
        yield* Effect.addFinalizer(() => Effect.sync(() => page.disconnect()))
        const frames = watchFrames(page)
        const rejecting = join(yield* temporaryFolder, "rejecting.mjs")
        yield* Effect.promise(() => writeFile(rejecting, rejectingModule(Object.values(canaries))))
        const NODE_OPTIONS = `--report-on-signal --report-directory=${folder} --report-exclude-env --import=${rejecting}`

        const elsewhere = yield* hubElsewhere
        const start = (JOB_DEADLINE: string, PORT_MESSAGES_USERS = env.PORT_MESSAGES_USERS) =>
          startWith({ ...env, JOB_DEADLINE, PORT_MESSAGES_USERS, NODE_OPTIONS })
        const recorded = (count: number) => until(readOutcomes(account), ({ length }) => length >= count)
        const isHeld = (word: string, count: number) =>
          until(
            Effect.sync(() => encryption.held(word)),
            (length) => length >= count
          )
        const first = yield* start("2 seconds")
        yield* recorded(atOnce)
        first.child.kill("SIGTERM")
        assert.strictEqual(yield* first.ended, 0)
        const sealed = [good, { ...good, Token: `${good.Token}x` }, { ...good, Phone: "canary-pass" }, ...bad].map(sealedForm)
        for (const data of sealed) yield* add(data)
        const relaying = yield* start("2 seconds", elsewhere.url)
        const early = atOnce + sealed.length
        const bySeal = (yield* recorded(early)).filter(({ job_id }) => Number(job_id) > Number(keptWaiting.id))
        relaying.child.kill("SIGTERM")
        assert.strictEqual(yield* relaying.ended, 0)
        const killed = yield* start("1 minute")
        yield* Effect.promise(() => killing.promote())
        yield* isHeld("kill", 1)
        yield* Effect.promise(() => held.promote())
        yield* isHeld("hold", 1)
        killed.child.kill("SIGUSR2")
        yield* until(readFolder(folder), (bytes) => bytes.includes("javascriptStack"))
        killed.child.kill("SIGKILL")
        yield* killed.ended
        const before = encryption.held("hold")
        const stopped = yield* start("1 minute")
        yield* isHeld("hold", before + 1)
        stopped.child.kill("SIGTERM")
        assert.strictEqual(yield* stopped.ended, 0)
        const again = encryption.held("hold")
        const last = yield* start("1 minute")
        yield* isHeld("hold", again + 1)
        yield* Effect.promise(() => client.config("SET", "maxmemory", "1"))
        encryption.release("hold")
        yield* recorded(early + 2)
        yield* Effect.promise(() => client.config("SET", "maxmemory", "0"))
        yield* Effect.promise(() => keptWaiting.promote())
        yield* isHeld("keep", 1)
        yield* Effect.promise(() => client.replicaof("127.0.0.1", "1"))
        encryption.release("keep")
        const outcomes = yield* recorded(early + 3)
        yield* Effect.promise(() => client.replicaof("NO", "ONE"))
        yield* until(
          Effect.promise(() => producer.getJobCounts()),
          ({ active, delayed, waiting }) => active + delayed + waiting === 0
        )
        assert.includeMembers(pathsOf(outcomes), wanted)
        assert.includeMembers(pathsOf(bySeal), wantedOfSealed)
        assert.deepStrictEqual(pathsOf(outcomes.filter(({ job_id }) => job_id === killing.id)), ["Defect poison"])

        yield* Effect.promise(() => client.call("BGREWRITEAOF"))
        yield* until(
          Effect.promise(() => client.info("persistence")),
          (info) => info.includes("aof_rewrite_in_progress:0") && info.includes("aof_rewrite_scheduled:0")
        )
        yield* Effect.promise(() => client.call("SAVE"))
        const api = `http://127.0.0.1:${env.PORT}`
        const paths = ["/health/live", "/health/ready", "/openapi.json", "/docs", "/metrics", "/nothing"]
        const sinks = {
          "stdout and stderr": Buffer.from([first, relaying, killed, stopped, last].map(({ output }) => output()).join("\n")),
          "Redis keys": yield* readKeys(client),
          "commands of the service": commands.seen(),
          "the slow log of Redis": yield* readSlowLog(client),
          "events of Redis": events(),
          "the append-only file, the dump, the report, the error log of MySQL": yield* readFolder(folder),
          "the ledger": yield* readTables(account),
          "what a page receives": frames(),
          "what a hub elsewhere receives": elsewhere.seen(),
          "HTTP answers": yield* readHttp([...paths.map((path) => `${api}${path}`), `${hubUrl}/nothing`])
        }
        const secrets = {
          ...canaries,
          Token: good.Token,
          ExpiredToken: expired.Token,
          SealKey: Redacted.value(sealKey.d),
          JWT_SECRET_KEY: Redacted.value(secret),
          MYSQL_PASSWORD: env.MYSQL_PASSWORD
        }
        for (const [name, bytes] of Object.entries(sinks)) {
          assert.isAbove(bytes.length, 100, name)
          assert.deepStrictEqual(findLeaks(bytes, secrets), [], name)
        }
        const { Image, Username, UsernameCore, PhoneCipher, PasswordCipher, CipherCore, ...neverStored } = secrets
        const byMySql = { Image, Username, UsernameCore, PhoneCipher, PasswordCipher, CipherCore }
        const logs = yield* readTables(root, ["mysql.general_log", "mysql.slow_log", "Users"])
        assert.deepStrictEqual(findLeaks(logs, neverStored), [])
        assert.includeMembers([...findLeaks(logs, byMySql)], ["Username as raw", "PhoneCipher as raw"])
        const written = bytesOf(sinks["stdout and stderr"]).toString()
        assert.include(written, "unhandled rejection: Error")
        assert.notInclude(written, ada)
      }),
    150_000
  )
})

const kept = { removeOnComplete: false, removeOnFail: false }

type Data = Readonly<Record<string, unknown>>

/** Jobs that end badly, each in a way of its own. */
const failing = (good: Data, expired: Data, unknown: Data): ReadonlyArray<unknown> => {
  const misbehaving = Object.keys(misbehaviours).map((word) =>
    Object.assign({}, good, { Password: `${canaries.Password} ${word}` })
  )
  return [
    expired,
    unknown,
    { ...good, Id: bob },
    { ...good, Image: [canaries.Image] },
    { ...good, Id: canaries.Username },
    [good],
    { ...good, Username: `${canaries.Username} taken` },
    { ...good, Username: `${canaries.Username} complaint` }
  ].concat(misbehaving)
}

/** The same job sealed, whatever it is; Redis sees no more than an Id that says nothing. */
const sealedForm = (data: unknown) => {
  const id = typeof data === "object" && data !== null && "Id" in data ? String(data.Id) : ""
  return { Id: /^[0-9]+$/u.test(id) ? id : ada, Sealed: sealByHand({ plaintext: JSON.stringify(data) }) }
}

const pathsOf = (outcomes: ReadonlyArray<Row>) => [...new Set(outcomes.map(({ tag, reason }) => `${tag} ${reason}`))]

/** Paths that jobs must have gone down, each of them. */
const wanted = [
  "Updated ",
  "InvalidToken expired",
  "InvalidToken signature",
  "InvalidToken foreign",
  "InvalidJob Phone",
  "InvalidJob Image",
  "InvalidJob Id",
  "InvalidJob named",
  "InvalidJob unreadable",
  "DbError unknownUser",
  "DbError refused",
  "EncryptionFailed rejected",
  "EncryptionFailed badAnswer",
  "EncryptionFailed deadline",
  "Defect poison"
]

/** The same of sealed jobs. */
const wantedOfSealed = [
  "Updated ",
  "InvalidToken expired",
  "InvalidToken signature",
  "InvalidToken foreign",
  "InvalidJob Phone",
  "InvalidJob Id",
  "InvalidJob sealed",
  "DbError unknownUser",
  "DbError refused",
  "EncryptionFailed deadline"
]
