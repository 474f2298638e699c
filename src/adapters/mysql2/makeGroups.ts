import { Effect, Exit, FiberSet, type Scope } from "effect"

/** What takes so many bytes to send. */
export interface Sized {
  readonly bytes: number
}

/** How items are grouped: at most `atOnce` groups are under way, each of at most `most` items and, but for a single one, `bytes`. */
export interface Grouping<Item, A, E> {
  readonly atOnce: number
  readonly most: number
  readonly bytes: number
  /** Does the work of a group, and says for each of its items, in their order, how its caller goes on. */
  readonly run: (group: ReadonlyArray<Item>) => Effect.Effect<ReadonlyArray<Effect.Effect<A, E>>>
}

/**
 * Lets callers share work without waiting for company: an item is sent at once while fewer than `atOnce` groups are under way; else it
 * waits until one is done, and goes with those that wait beside it. A caller that is interrupted leaves the line, or its group to
 * itself. Groups that are under way when the scope closes are interrupted.
 */
export const makeGroups = Effect.fnUntraced(function* <Item extends Sized, A, E>({
  atOnce,
  most,
  bytes,
  run
}: Grouping<Item, A, E>): Effect.fn.Return<(item: Item) => Effect.Effect<A, E>, never, Scope.Scope> {
  type Caller = { readonly item: Item; readonly goOn: (how: Effect.Effect<A, E>) => void }
  const fork = yield* FiberSet.makeRuntime<never, ReadonlyArray<Effect.Effect<A, E>>>()
  const line: Array<Caller> = []
  let underWay = 0

  const depart = () => {
    while (underWay < atOnce && line.length > 0) {
      const group = line.splice(0, howMany())
      underWay++
      fork(run(group.map(({ item }) => item))).addObserver((exit) => {
        underWay--
        depart()
        const all = Exit.isSuccess(exit) ? exit.value : group.map(() => Effect.failCause(exit.cause))
        for (const [index, { goOn }] of group.entries()) goOn(all[index] ?? Effect.interrupt)
      })
    }
  }
  const howMany = () => {
    let [count, total] = [0, 0]
    for (const { item } of line) {
      total += item.bytes
      if (count === most || (count > 0 && total > bytes)) break
      count++
    }
    return count
  }

  return (item) =>
    Effect.callback((goOn) => {
      const caller = { item, goOn }
      line.push(caller)
      depart()
      return Effect.sync(() => {
        const place = line.indexOf(caller)
        if (place >= 0) line.splice(place, 1)
      })
    })
})
