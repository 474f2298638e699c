const dataUri = /^data:image\/(?:png|jpeg|webp|gif);base64,/u
const base64 = /^[A-Za-z0-9+/]+={0,2}$/u
const fileName = /^(?!\.{1,2}$)[\p{L}\p{M}\p{N} ._()@+-]{1,255}$/u
const url = /^https?:\/\/[\x21-\x7e]{1,2040}$/u

/**
 * Whether a text is what `Image` may hold: a data URI (png, jpeg, webp, gif; strict base64 of RFC 4648, 4), an http(s) URL, or a
 * plain file name (README, wire contract 1).
 */
export const isImage = (text: string): boolean => {
  const prefix = dataUri.exec(text.slice(0, 32))
  if (prefix !== null) return isBase64(text.slice(prefix[0].length))
  return text.startsWith("http") && text.includes(":") ? url.test(text) && URL.canParse(text) : fileName.test(text)
}

/** Whether a text is base64 as RFC 4648, 4 has it: padded, no other letters, no bits beyond the last byte. Empty text is not. */
export const isBase64 = (text: string): boolean => {
  if (text.length % 4 !== 0 || !base64.test(text)) return false
  const end = text.slice(-4)
  return Buffer.from(end, "base64").toString("base64") === end
}
