import type { Mutant } from "../Mutant.ts"

/** Earlier updates that undo later ones. */
export const inOrder: ReadonlyArray<Mutant> = [
  {
    name: "an earlier job may follow a later one",
    file: "src/adapters/mysql2/version1/applyRoutine.ts",
    text: "SET v_superseded = v_number > p_number;",
    broken: "SET v_superseded = FALSE;",
    test: "test/adapters/mysql2/LedgerMySql.test.ts",
    title: "lets a later job stand: an earlier one changes nothing and counts as updated"
  },
  {
    name: "a job of an earlier life may follow one of a later life",
    file: "src/adapters/mysql2/version1/applyRoutine.ts",
    text: "ELSEIF v_applied > v_life THEN",
    broken: "ELSEIF FALSE THEN",
    test: "test/adapters/mysql2/LedgerMySql.test.ts",
    title: "puts a job of a later life after all of an earlier one, and begins one by itself where a number is taken"
  },
  {
    name: "a counter that Redis lost is believed",
    file: "src/adapters/bull/QueueLife.ts",
    text: "if (now.reached < highest)",
    broken: "if (now.reached < 0)",
    test: "test/adapters/bull/JobQueueBull.test.ts",
    title: "does not trust a life that the ledger does not know, nor one whose numbers Redis has not reached"
  }
]
