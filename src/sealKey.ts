#!/usr/bin/env -S node --env-file-if-exists=.env
import { Console, Effect, Redacted } from "effect"
import { CannotStart } from "./domain/CannotStart.ts"
import { makeSealKey, privateJwk, publicJwk, readSealKeys, type SealKey } from "./domain/SealKeys.ts"
import { findConflicts } from "./settings/findConflicts.ts"
import { readVariables } from "./settings/readVariables.ts"
import { runProcess } from "./surfaces/runProcess.ts"

const readCurrent = Effect.gen(function* () {
  const { values, problems } = yield* readVariables
  const problem = [...problems, ...findConflicts(values)].find((problem) => problem.startsWith("SEAL_PRIVATE_KEYS"))
  if (problem !== undefined) return yield* new CannotStart({ message: problem })
  return values.SEAL_PRIVATE_KEYS === undefined ? [] : (readSealKeys(values.SEAL_PRIVATE_KEYS) ?? []).slice(0, 1)
})

const describe = (key: SealKey, replaced: ReadonlyArray<SealKey>) =>
  [
    `# For the service, and secret: the new key${replaced.length > 0 ? ", and the one that it replaces" : ""}.`,
    `SEAL_PRIVATE_KEYS=${JSON.stringify({ keys: [key, ...replaced].map((key) => Redacted.value(privateJwk(key))) })}`,
    "# For producers, once every worker has the above: the key to seal with.",
    `SEAL_PUBLIC_KEY=${JSON.stringify(publicJwk(key))}`
  ].join("\n")

runProcess(Effect.flatMap(readCurrent, (replaced) => Console.log(describe(makeSealKey(), replaced))))
