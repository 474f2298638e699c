import { Schema } from "effect"

/** The service refuses to start. `message` says to an operator what is wrong and how to mend it; it holds no secret. */
export class CannotStart extends Schema.TaggedError<CannotStart>()("CannotStart", { message: Schema.String }) {}

/** Why the port that a variable names cannot be had, by the code of the failed `listen`; `hint` is what to do where it is taken. */
export const cannotListen = (variable: string, port: number, code: string | undefined, hint: string): CannotStart =>
  new CannotStart({
    message:
      code === "EADDRINUSE"
        ? `${variable}=${port}: the port is taken. ${hint}`
        : `${variable}=${port}: cannot listen on that port (${code ?? "unknown"})`
  })
