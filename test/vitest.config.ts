import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    globalSetup: "./local/prepareServers.ts",
    testTimeout: 30_000,
    hookTimeout: 120_000
  }
})
