import { spawnSync } from "node:child_process"

/** What starts a program: its file and its arguments. */
export interface Invocation {
  readonly file: string
  readonly args: ReadonlyArray<string>
}

/**
 * The same program, sent `signal` by the kernel when the thread that starts it ends, even by SIGKILL (prctl(2), PR_SET_PDEATHSIG).
 * `setpriv` (util-linux) replaces itself by the program, so the process id stays the same. Elsewhere it is started as it is.
 */
export const endingWithParent = ({ file, args }: Invocation, signal: NodeJS.Signals): Invocation =>
  hasSetpriv() ? { file: "setpriv", args: ["--pdeathsig", signal.replace("SIG", ""), "--", file, ...args] } : { file, args }

let known: boolean | undefined

const hasSetpriv = () =>
  (known ??=
    process.platform === "linux" &&
    spawnSync("setpriv", ["--pdeathsig", "KILL", "--", "true"], { stdio: "ignore" }).status === 0)
