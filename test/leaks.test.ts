import { spawn } from "node:child_process"
import { once } from "node:events"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { Redis } from "ioredis"
import { Server } from "socket.io"
import { io } from "socket.io-client"
import { freePort } from "../src/local/ports.ts"
import { startRedis } from "../src/local/servers.ts"
import { query } from "../src/local/sql.ts"
import { temporaryFolder } from "../src/local/temporaryFolder.ts"
import { DatabaseServer, makeDatabase } from "./support/database.ts"
import { serversLayer } from "./support/deployment.ts"
import { hubElsewhere } from "./support/hubElsewhere.ts"
import { encode, type Encoding, encodingNames, findLeaks } from "./support/leaks.ts"
import { httpServer } from "./support/localServer.ts"
import { RedisServer } from "./support/redis.ts"
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

const planted = `planted <&> 'x'`

/** The value in one encoding, in the middle of something else, as bytes and as text. */
const leak = (encoding: Encoding) => {
  const bytes = Buffer.concat([
    Buffer.from("before "),
    encode(encoding, planted).at(-1) ?? Buffer.alloc(0),
    Buffer.from(" after")
  ])
  return { bytes, text: bytes.toString() }
}

const openRedis = Effect.flatMap(RedisServer, ({ url }) =>
  Effect.acquireRelease(
    Effect.sync(() => new Redis(url)),
    (redis) => Effect.sync(() => redis.disconnect())
  )
)

const finds = (sink: Buffer, encoding: Encoding, name: string) =>
  assert.include(findLeaks(sink, { planted }), `planted as ${encoding}`, name)

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("a planted leak is found", (it) => {
  it.effect.each(encodingNames.map((encoding) => ({ encoding })))("in a Redis key of any type, as $encoding", ({ encoding }) =>
    Effect.gen(function* () {
      const redis = yield* openRedis
      const { bytes } = leak(encoding)
      const plant: ReadonlyArray<() => Promise<unknown>> = [
        () => redis.set("x", bytes),
        () => redis.set(bytes, "x"),
        () => redis.hset("x", "field", bytes),
        () => redis.hset("x", bytes, "value"),
        () => redis.rpush("x", bytes),
        () => redis.sadd("x", bytes),
        () => redis.zadd("x", 1, bytes),
        () => redis.xadd("x", "*", "field", bytes)
      ]
      for (const write of plant) {
        yield* Effect.promise(() => redis.flushall())
        yield* Effect.promise(write)
        finds(yield* readKeys(redis), encoding, String(write))
      }
    })
  )

  it.effect.each(encodingNames.map((encoding) => ({ encoding })))(
    "in what Redis is told and tells, as $encoding",
    ({ encoding }) =>
      Effect.gen(function* () {
        const { host, port } = yield* RedisServer
        const redis = yield* openRedis
        yield* Effect.promise(() => redis.config("SET", "slowlog-log-slower-than", "0"))
        const commands = yield* watchCommands(host, port)
        const events = yield* watchEvents(redis)
        yield* Effect.promise(() => redis.publish("channel", leak(encoding).bytes))
        yield* until(Effect.sync(events), (seen) => seen.length > 0)
        finds(events(), encoding, "events")
        yield* until(Effect.sync(commands.seen), (seen) => seen.includes("publish"))
        finds(commands.seen(), encoding, "commands")
        finds(yield* readSlowLog(redis), encoding, "slow log")
      })
  )

  it.effect("in the dump and the append-only file of Redis, in every encoding", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const plain = ["--rdbcompression", "no", "--aof-use-rdb-preamble", "no"]
      const { url } = yield* startRedis({ appendOnly: true, args: ["--dir", folder, ...plain] })
      const redis = yield* Effect.acquireRelease(
        Effect.sync(() => new Redis(url)),
        (redis) => Effect.sync(() => redis.disconnect())
      )
      const dump = Effect.map(readFolder(folder), (bytes) => findLeaks(bytes, { planted }).map((found) => found.slice(11)))
      for (const encoding of encodingNames) yield* Effect.promise(() => redis.hset("x", encoding, leak(encoding).bytes))
      assert.deepStrictEqual(yield* dump, [...encodingNames])
      yield* Effect.promise(() => redis.del("x"))
      assert.deepStrictEqual(yield* dump, [...encodingNames])
      yield* Effect.promise(() => redis.bgrewriteaof())
      yield* until(dump, (found) => found.length === 0)
      for (const encoding of encodingNames) yield* Effect.promise(() => redis.hset("x", encoding, leak(encoding).bytes))
      yield* Effect.promise(() => redis.config("SET", "appendonly", "no"))
      yield* Effect.promise(() => redis.save())
      assert.deepStrictEqual(yield* dump, [...encodingNames])
    })
  )

  it.effect.each(encodingNames.map((encoding) => ({ encoding })))("in files, dumps and logs, as $encoding", ({ encoding }) =>
    Effect.gen(function* () {
      const { bytes, text } = leak(encoding)
      const folder = yield* temporaryFolder
      yield* Effect.promise(() => writeFile(join(folder, "file"), bytes))
      finds(yield* readFolder(folder), encoding, "file")

      const server = yield* DatabaseServer
      const { account } = yield* makeDatabase()
      yield* query(account, "CREATE TABLE planted (value LONGBLOB)")
      yield* query(account, `INSERT INTO planted VALUES (X'${bytes.toString("hex")}')`)
      finds(yield* readTables(account), encoding, "table")
      yield* query(server, ["SET GLOBAL log_output = 'TABLE'", "SET GLOBAL long_query_time = 0"])
      yield* query(server, ["SET GLOBAL general_log = ON", "SET GLOBAL slow_query_log = ON"])
      yield* query(server, `SELECT "${text.replaceAll('"', '""')}"`)
      finds(yield* readTables(server, ["mysql.general_log"]), encoding, "general log")
      finds(yield* readTables(server, ["mysql.slow_log"]), encoding, "slow log")
    })
  )

  it.effect.each(encodingNames.map((encoding) => ({ encoding })))(
    "in what a process or a server says, as $encoding",
    ({ encoding }) =>
      Effect.gen(function* () {
        const { bytes, text } = leak(encoding)
        const web = yield* httpServer((response) => response.end(bytes))
        finds(yield* readHttp([web.url]), encoding, "body")
        for (const stream of ["stdout", "stderr"] as const)
          finds(
            yield* output(`process.${stream}.write(Buffer.from("${bytes.toString("hex")}", "hex"))`, stream),
            encoding,
            stream
          )
        const elsewhere = yield* hubElsewhere
        const relay = yield* Effect.acquireRelease(
          Effect.sync(() => io(elsewhere.url)),
          (relay) => Effect.sync(() => relay.disconnect())
        )
        relay.emit("Profile", { Message: [text] })
        yield* until(Effect.sync(elsewhere.seen), (seen) => seen.includes("Profile"))
        finds(elsewhere.seen(), encoding, "what a hub elsewhere receives")
        const port = yield* freePort
        const hub = yield* Effect.acquireRelease(
          Effect.sync(() => new Server(port)),
          (hub) => Effect.promise(() => hub.close())
        )
        hub.on("connection", (socket) => socket.emit("Profile_Response", { Message: [text] }))
        const page = yield* Effect.acquireRelease(
          Effect.sync(() => io(`http://127.0.0.1:${port}`)),
          (page) => Effect.sync(() => page.disconnect())
        )
        const frames = watchFrames(page)
        yield* until(Effect.sync(frames), (seen) => seen.includes("Profile_Response"))
        finds(frames(), encoding, "frames")
      })
  )
})

const output = (script: string, stream: "stdout" | "stderr") =>
  Effect.promise(async () => {
    const child = spawn(process.execPath, ["--eval", script], { stdio: ["ignore", "pipe", "pipe"] })
    const chunks: Array<Buffer> = []
    child[stream].on("data", (chunk: Buffer) => chunks.push(chunk))
    await once(child, "close")
    return bytesOf(Buffer.concat(chunks))
  })
