import { type Redis } from "ioredis"

/**
 * A field of a hash as it was read, absent where its bytes are not UTF-8: the driver reads such bytes as U+FFFD, and a password would
 * be another one. Bytes are looked at only where that character occurs.
 */
export const exactText = async (
  client: Redis,
  key: string,
  field: string,
  text: string | undefined
): Promise<string | undefined> => {
  if (text === undefined || !text.includes("\uFFFD")) return text
  const bytes = await client.hgetBuffer(key, field)
  return bytes === null || Buffer.from(text).equals(bytes) ? text : undefined
}
