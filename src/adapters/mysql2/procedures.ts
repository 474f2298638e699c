import { batchRoutines, valuesPerUpdate } from "./version3/applyBatchRoutines.ts"

/**
 * The procedures of the ledger that the service calls, with the number of their parameters. The number at the end of a name is the
 * version of the schema that brought it. They run with the rights of the account that migrated: to call them is all that the service's
 * own account needs.
 */
const procedures = {
  update_ledger_version: 0,
  update_ledger_users_table_1: 0,
  update_ledger_try_1: 1,
  update_ledger_begin_1: 2,
  update_ledger_taken_1: 3,
  update_ledger_highest_1: 2,
  update_ledger_apply_2: 10,
  update_ledger_record_2: 8,
  update_ledger_find_2: 2,
  update_ledger_prune_2: 2,
  update_ledger_last_2: 1,
  update_ledger_after_2: 3,
  update_ledger_received_2: 2,
  update_ledger_behind_2: 1,
  update_ledger_beat_2: 2,
  update_ledger_untold_2: 2,
  update_ledger_told_2: 1,
  update_ledger_leave_2: 1,
  update_ledger_apply_single_3: 1 + batchRoutines.update_ledger_apply_single_3 * valuesPerUpdate,
  update_ledger_apply_few_3: 1 + batchRoutines.update_ledger_apply_few_3 * valuesPerUpdate,
  update_ledger_apply_many_3: 1 + batchRoutines.update_ledger_apply_many_3 * valuesPerUpdate
} as const

/** The names of those procedures, as the service's account must be able to call them. */
export const procedureNames: ReadonlyArray<string> = Object.keys(procedures)

/** The statement that calls a procedure, with `?` for each of its values. */
export const call = (procedure: keyof typeof procedures): string =>
  `CALL ${procedure}(${Array.from({ length: procedures[procedure] }, () => "?").join(", ")})`
