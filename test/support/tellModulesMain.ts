import { registerHooks } from "node:module"

const urls = new Set<string>()

registerHooks({
  load: (url, context, nextLoad) => {
    urls.add(url)
    return nextLoad(url, context)
  }
})

process.on("exit", () => process.stdout.write(`\nmodules: ${JSON.stringify([...urls])}\n`))
