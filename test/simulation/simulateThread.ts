import { parentPort, workerData } from "node:worker_threads"
import { simulateHere } from "./simulateAll.ts"

parentPort?.postMessage(simulateHere(workerData), [])
