import { type JsonObject, readJsonObject } from "../../domain/JsonObject.ts"
import { isCanonicalBase64url } from "./base64url.ts"

/** The JSON object that a segment of a token or of a header holds; `undefined` where it could be read in two ways, or not at all. */
export const readSegment = (segment = ""): JsonObject | undefined => {
  if (!isCanonicalBase64url(segment)) return undefined
  try {
    return readJsonObject(utf8.decode(Buffer.from(segment, "base64url")))
  } catch {
    return undefined
  }
}

/** Decodes UTF-8. It throws where the bytes are none, and keeps a byte order mark. */
export const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
