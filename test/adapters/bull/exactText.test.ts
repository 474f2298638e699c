import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { exactText } from "../../../src/adapters/bull/exactText.ts"
import { makeProducer, RedisServer } from "../../support/redis.ts"

/** What is read of a hash whose field `data` holds these bytes. */
const read = Effect.fnUntraced(function* (bytes: Buffer) {
  const { client } = yield* makeProducer("Update_User")
  return yield* Effect.promise(async () => {
    await client.hset("job", "data", bytes)
    return await exactText(client, "job", "data", (await client.hget("job", "data")) ?? undefined)
  })
})

layer(RedisServer.layer, { excludeTestServices: true })("exactText", (it) => {
  it.effect.each(["", "plain", "p&ss 🔑", "a replacement character \uFFFD of its own"])("keeps what is UTF-8: %j", (text) =>
    Effect.map(read(Buffer.from(text)), (found) => assert.strictEqual(found, text))
  )

  it.effect.each(["ff", "c080", "eda080", "efbfbdff", "e282", "f8888080"])("has no text for the bytes %s", (hex) =>
    Effect.map(read(Buffer.from(`22${hex}22`, "hex")), (found) => assert.isUndefined(found))
  )
})
