/** Whether anybody else listens, as far as is known. Until it is known, somebody does. */
export interface Audience {
  /** Whether an outcome is to be published at this moment (milliseconds since 1970): asked again each second where nobody listened. */
  readonly isThere: (now: number) => boolean
  /** Notes how many connections have received what was published at a moment, and how many of them are this process' own. */
  readonly counted: (receivers: number, own: number, now: number) => void
  /** Notes that another process has begun to listen. */
  readonly joined: () => void
}

const patience = 1000

/** Remembers what Redis says of each publication, so that a hub that is alone does not talk to itself. */
export const makeAudience = (): Audience => {
  let emptySince = Number.NEGATIVE_INFINITY
  return {
    isThere: (now) => now - emptySince >= patience,
    counted: (receivers, own, now) => void (emptySince = own > 0 && receivers <= own ? now : Number.NEGATIVE_INFINITY),
    joined: () => void (emptySince = Number.NEGATIVE_INFINITY)
  }
}
