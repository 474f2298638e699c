import { type Scheduler } from "effect/Scheduler"
import type { Dice } from "./dice.ts"

/** Runs fibers one at a time, in an order that the dice choose. */
export interface SeededScheduler {
  /** For the world: any of its fibers that is ready may be the next. */
  readonly world: Scheduler
  /** For the one that moves the clock: it is next when nothing else is ready. */
  readonly last: Scheduler
  /** Runs until no fiber is ready. Nothing here waits for real time, so that is the end. */
  readonly run: () => void
}

/** A scheduler without tasks. */
export const makeScheduler = (dice: Dice): SeededScheduler => {
  const ready: Array<() => void> = []
  const waiting: Array<() => void> = []
  const next = () => {
    if (ready.length === 0) return waiting.shift()
    const index = ready.length === 1 ? 0 : dice.between(0, ready.length - 1)
    const task = ready[index]
    const last = ready.pop()
    if (last !== undefined && index < ready.length) ready[index] = last
    return task
  }
  return {
    world: scheduling(ready),
    last: scheduling(waiting),
    run: () => {
      for (let task = next(); task !== undefined; task = next()) task()
    }
  }
}

const scheduling = (tasks: Array<() => void>): Scheduler => ({
  executionMode: "async",
  shouldYield: () => false,
  makeDispatcher: () => ({ scheduleTask: (task) => void tasks.push(task), flush: () => undefined })
})
