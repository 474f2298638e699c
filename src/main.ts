#!/usr/bin/env -S node --env-file-if-exists=.env
import { Effect, Layer } from "effect"
import { returnMemory } from "./adapters/process/returnMemory.ts"
import * as App from "./App.ts"
import { readSettings } from "./settings/Settings.ts"
import { runProcess } from "./surfaces/runProcess.ts"

runProcess(Effect.flatMap(readSettings, (settings) => Layer.launch(App.layer(settings).pipe(Layer.tap(() => returnMemory)))))
