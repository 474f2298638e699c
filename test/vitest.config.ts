import { resolve } from "node:path"
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    globalSetup: "./local/prepareServers.ts",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000
  },
  resolve: {
    alias: [
      { find: /^user-update-service$/u, replacement: resolve(import.meta.dirname, "../src/index.ts") },
      { find: /^user-update-service\/testing$/u, replacement: resolve(import.meta.dirname, "../src/testing/index.ts") }
    ]
  }
})
