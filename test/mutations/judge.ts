import { Option } from "effect"
import type { Report } from "./runTests.ts"
import { titlePattern } from "./titlePattern.ts"

/**
 * What came of a mutant. Only `red` is a proof: its test ran and failed by what it asserts, in the end by not ending. `survived`: its test
 * passed. `no proof`: the code did not load, the test did not run, or it failed by an error that is no assertion.
 */
export interface Verdict {
  readonly kind: "red" | "survived" | "no proof"
  readonly why: string
}

/** What a report says of the test of this title. */
export const judge = (report: Option.Option<Report>, title: string): Verdict => {
  if (Option.isNone(report)) return noProof("vitest wrote no report in time")
  const tests = testsOf(report.value, title)
  const failures = tests
    .filter(({ status }) => status === "failed")
    .flatMap(({ failureMessages }) => failureMessages)
    .map((message) => message ?? success)
  const failure = failures.find((message) => isAsserted.test(message)) ?? failures[0]
  if (failure !== undefined)
    return isAsserted.test(failure) ? { kind: "red", why: firstLine(failure) } : noProof(firstLine(failure))
  return passed(report.value, title) ? { kind: "survived", why: "" } : noProof(messageOf(report.value))
}

/** Whether all tests that a title stands for ran and passed, one at least. */
export const passed = (report: Report, title: string): boolean => {
  const tests = testsOf(report, title)
  return tests.length > 0 && tests.every(({ status }) => status === "passed")
}

const testsOf = ({ testResults }: Report, title: string) => {
  const pattern = new RegExp(`^${titlePattern(title)}`, "u")
  return testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ title }) => pattern.test(title))
}

/** The failure of a test that wants an error and gets a value has no message of its own. */
const success = "AssertionError: a success, where an error was wanted"

/** How a test fails that waited in vain, was contradicted, or was told a typed error where it expected none. */
const isAsserted =
  /^(?:AssertionError|(?:TestTimeoutError|Error): Test timed out|(?:InvalidToken|VerifierUnavailable|EncryptionFailed|DbError|InvalidJob): \w+)/u

const messageOf = ({ testResults }: Report) =>
  firstLine(testResults.find(({ message }) => message !== "")?.message ?? "the test did not run")

const firstLine = (text: string) => text.split("\n", 1)[0] ?? ""

const noProof = (why: string): Verdict => ({ kind: "no proof", why })
