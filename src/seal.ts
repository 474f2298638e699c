import { CompactEncrypt } from "jose"

/** The public key to seal with, as `npm run seal-key` prints it: a JWK on P-256 (RFC 7517). */
export interface SealPublicKey {
  readonly kty: "EC"
  readonly crv: "P-256"
  readonly x: string
  readonly y: string
  readonly kid: string
}

/** What is sealed: these fields together, `Username` and `Image` if you like (README, wire contract 1). */
export interface SealedFields {
  readonly Id: string
  readonly Token: string
  readonly Phone: string
  readonly Password: string
  readonly Username?: string
  readonly Image?: string
}

/** A job's data as Redis may see it. What was not sealed goes beside it. */
export interface SealedJob {
  readonly Id: string
  readonly Sealed: string
}

/**
 * Seals fields of a job for the service that has the private key, as a compact JWE (RFC 7516): ECDH-ES on P-256, A256GCM. It rejects where
 * the key is no such key, or a private one, which no producer should have.
 */
export const seal = async (fields: SealedFields, { crv, kid, kty, x, y, ...rest }: SealPublicKey): Promise<SealedJob> => {
  if ("d" in rest) throw new TypeError("This is a private key: a producer seals with the public one alone")
  const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, { name: "ECDH", namedCurve: "P-256" }, false, [])
  const sealed = new CompactEncrypt(new TextEncoder().encode(JSON.stringify(fields)))
  return {
    Id: fields.Id,
    Sealed: await sealed.setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM", kid }).encrypt(key)
  }
}
