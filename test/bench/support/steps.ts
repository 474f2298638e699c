/** The part of the work that a file belongs to: the first of these that its path matches. */
const steps: ReadonlyArray<readonly [step: string, path: RegExp]> = [
  ["verify the token", /src\/adapters\/(?:jose|tokenapi)\/|node_modules\/jose\//u],
  [
    "encrypt",
    /src\/adapters\/(?:soap|undici)\/|node_modules\/(?:soap|undici|saxes|xmlchars|sax|strip-bom)\/|domain\/encryptWsdl/u
  ],
  ["ledger", /src\/adapters\/mysql2\/|node_modules\/(?:mysql2|sql-escaper|sqlstring|named-placeholders|lru\.min)\//u],
  [
    "queue",
    /src\/adapters\/bull\/|src\/domain\/identify|node_modules\/(?:bull|ioredis|redis-\w+|@ioredis|denque|cluster-key-slot)\//u
  ],
  ["notify", /src\/adapters\/(?:socketio|redis)\/|node_modules\/(?:socket\.io|engine\.io|ws)[\w.-]*\//u],
  ["log", /src\/surfaces\/Logging|src\/pipeline\/logJob|node_modules\/effect\/dist\/(?:Logger|internal\/logger)/u],
  ["read the job", /src\/pipeline\/readJob|src\/domain\/|node_modules\/effect\/dist\/(?:Schema|SchemaAST|SchemaParser)/u],
  ["pipeline", /src\/(?:pipeline|surfaces|services)\//u],
  ["Effect's runtime", /node_modules\/effect\/|node_modules\/@effect\//u],
  ["other packages", /node_modules\/(?!lodash)/u],
  ["other of ours", /^file:(?!.*node_modules)/u]
]

/** The step of a file of ours or of a package; `undefined` for what belongs to Node.js or the engine, or serves several. */
export const stepOf = (url: string): string | undefined => steps.find(([, path]) => path.test(url))?.[0]
