import { readFileSync, writeFileSync } from "node:fs"
import { fillBlocks } from "./blocks.ts"
import { envExample } from "./envExample.ts"

const readme = new URL("../../README.md", import.meta.url)

writeFileSync(readme, fillBlocks(readFileSync(readme, "utf8")))
writeFileSync(new URL("../../.env.example", import.meta.url), envExample())
