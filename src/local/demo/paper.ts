import { Console, Effect } from "effect"

const tty = process.stdout.isTTY === true
const bold = (text: string) => (tty ? `\u001b[1m${text}\u001b[0m` : text)
const green = (text: string) => (tty ? `\u001b[32m${text}\u001b[0m` : text)

let steps = 0

/** The heading of the next step. */
export const step = (text: string): Effect.Effect<void> => Effect.suspend(() => Console.log(`\n${bold(`${++steps}. ${text}`)}`))

/** A named line. */
export const item = (name: string, text: string): Effect.Effect<void> => Console.log(`   ${name.padEnd(18)} ${text}`)

/** A line that the reader waits for. */
export const result = (name: string, text: string): Effect.Effect<void> => item(name, green(text))

/** A plain line. */
export const say = (text: string): Effect.Effect<void> => Console.log(text)
