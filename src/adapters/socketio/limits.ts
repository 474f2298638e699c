/** What one client, or one user, may take of the hub. Times are milliseconds, rates messages a second. */
export interface HubLimits {
  /** The largest message, in bytes. The largest that a page sends is a token, of about one KiB. */
  readonly messageBytes: number
  /** How long a connection may take to say who it is, of which verifying takes four seconds at most; and how long for each request. */
  readonly connectTimeout: number
  /** How often a client is pinged. With `pingTimeout` below 15 seconds, in which a dead connection is to be noticed. */
  readonly pingInterval: number
  /** How long a client may take to answer a ping. */
  readonly pingTimeout: number
  /** Messages a second; a page sends one or two in all. What it answers to us does not count. */
  readonly rate: number
  /** Messages at once: a page that joins again and refreshes its token in the same moment has room. */
  readonly burst: number
  /** Connections of one user here: windows and devices of one person, with room for some that are dead and not yet noticed. */
  readonly connectionsOfUser: number
  /** Rooms of a client without a token: a page needs one. */
  readonly rooms: number
  /** Messages that a client may leave untaken: two pages of what it missed, and at half a KiB each 100 KiB of memory. */
  readonly unsent: number
  /** How long a client that has missed much may take for each hundred outcomes: as long as for the answer to a ping. */
  readonly drainTimeout: number
  /** How long the acknowledgement of an outcome is waited for; a ping has long told by then what was received. */
  readonly acknowledgeTimeout: number
  /** How long after its token's expiry a connection is closed: clocks differ, and five seconds are promised. */
  readonly expiryTolerance: number
  /** Reads of the ledger at a time: fewer than the connections to MySQL, so that clients that come back together leave jobs some. */
  readonly readers: number
}

/** The limits of a hub, and in their descriptions the reason for each. */
export const hubLimits: HubLimits = {
  messageBytes: 16 * 1024,
  connectTimeout: 5000,
  pingInterval: 8000,
  pingTimeout: 6000,
  rate: 10,
  burst: 20,
  connectionsOfUser: 20,
  rooms: 100,
  unsent: 200,
  drainTimeout: 6000,
  acknowledgeTimeout: 30_000,
  expiryTolerance: 2000,
  readers: 4
}
