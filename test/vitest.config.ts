import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    globalSetup: "./local/prepareServers.ts",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000
  }
})
