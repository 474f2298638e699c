#!/usr/bin/env node
/**
 * Asks this machine's `PORT` for a path, `/health/live` where none is given, and exits 0 where the answer is 2xx, else 1: the health
 * check of the image, which has no curl.
 */
const url = new URL(process.argv[2] ?? "/health/live", `http://127.0.0.1:${process.env["PORT"] || "4008"}`)

process.exitCode = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(2_000) }).then(
  ({ ok }) => (ok ? 0 : 1),
  () => 1
)
