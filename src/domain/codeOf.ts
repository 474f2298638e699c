/** What may be told of a foreign error: its code, or its name where it has none. Its message may carry a secret. */
export const codeOf = (error: unknown): string =>
  error instanceof Error ? ("code" in error && typeof error.code === "string" ? error.code : error.name) : "unknown"
