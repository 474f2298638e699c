import { resolve } from "node:path"
import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** Vitest begins with the largest files; these are small and take long, and would be waited for at the end. */
const long = ["chaos/chaos", "histories", "relay", "replay", "rollingRestart", "redisForgets", "local/demo", "recovery"]

const isLong = ({ moduleId }: TestSpecification) => long.some((name) => moduleId.endsWith(`/test/${name}.test.ts`))

class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>) {
    const bySize = super.sort.bind(this)
    const others = await bySize(files.filter((file) => !isLong(file)))
    return [...files.filter(isLong), ...others]
  }
}

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    globalSetup: "./local/prepareServers.ts",
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
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
