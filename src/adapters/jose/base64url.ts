/** Whether a text is bytes in base64url, at least one, written the one way there is (RFC 4648, 3.5 and 5; no padding). */
export const isCanonicalBase64url = (text: string): boolean =>
  text !== "" && Buffer.from(text, "base64url").toString("base64url") === text
