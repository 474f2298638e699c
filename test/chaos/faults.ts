/** Where the outcomes go: to two hubs of ours, or over a relay to a hub that is elsewhere (README, wire contract 5). */
export type Variant = "own" | "elsewhere"

/** What can be killed and frozen. */
export const parts = {
  own: ["worker-1", "worker-2", "worker-3", "hub-1", "hub-2", "encryption", "tokens", "redis", "mysql"],
  elsewhere: ["worker-1", "worker-2", "worker-3", "hub-elsewhere", "encryption", "tokens", "redis", "mysql"]
} as const satisfies Record<Variant, ReadonlyArray<string>>
export type PartName = (typeof parts)[Variant][number]

/** The connections that go through a proxy: of the service to its neighbours, and of clients or relays to a hub. */
export const links = {
  own: ["to redis", "to mysql", "to encryption", "to tokens", "to hub-1", "to hub-2"],
  elsewhere: ["to redis", "to mysql", "to encryption", "to tokens", "to hub-elsewhere"]
} as const satisfies Record<Variant, ReadonlyArray<string>>
export type LinkName = (typeof links)[Variant][number]

/** One thing that goes wrong with one target, and is made good again. `roll` restarts all processes of a role, one after another. */
export type Fault =
  | { readonly kind: "kill" | "freeze" | "terminate"; readonly target: PartName }
  | { readonly kind: "roll"; readonly target: "workers" | "hubs" }
  | { readonly kind: LinkFault; readonly target: LinkName }
  | { readonly kind: ServerFault; readonly target: "mysql" | "redis" }

/** What goes wrong with connections. Half-open ones stay and forward nothing; `unavailable` and `garbage` answer in a server's place. */
export type LinkFault = "slow" | "cut" | "halfOpen" | "byteLimit" | "unavailable" | "garbage"

/** What a server's administrator does, again and again. */
export type ServerFault = "killQueries" | "killConnections" | "killClients"

/** How long each fault lasts, in seconds: the least and the most. */
export const lengths: Readonly<Record<Fault["kind"], readonly [number, number]>> = {
  kill: [0.2, 3],
  freeze: [1, 8],
  terminate: [0.2, 2],
  roll: [0, 0],
  slow: [2, 6],
  cut: [0.3, 4],
  halfOpen: [3, 11],
  byteLimit: [2, 4],
  unavailable: [0.5, 4],
  garbage: [0.3, 1.5],
  killQueries: [1, 3],
  killConnections: [1, 3],
  killClients: [1, 3]
}

/** Every fault that there is, once. */
export const everyFault = (variant: Variant): ReadonlyArray<Fault> => [
  ...(["kill", "freeze"] as const).flatMap((kind) => parts[variant].map((target) => ({ kind, target }))),
  ...parts[variant].filter(isService).map((target) => ({ kind: "terminate", target }) as const),
  ...(["slow", "cut", "halfOpen", "byteLimit"] as const).flatMap((kind) => links[variant].map((target) => ({ kind, target }))),
  ...(["unavailable", "garbage"] as const).map((kind) => ({ kind, target: "to encryption" }) as const),
  { kind: "unavailable", target: "to tokens" },
  { kind: "killQueries", target: "mysql" },
  { kind: "killConnections", target: "mysql" },
  { kind: "killClients", target: "redis" },
  { kind: "roll", target: "workers" },
  ...(variant === "own" ? [{ kind: "roll", target: "hubs" } as const] : [])
]

/** Whether it is one of our own processes, which leave by themselves on SIGTERM. */
export const isService = (name: PartName): boolean => /^(?:worker|hub)-\d$/u.test(name)
