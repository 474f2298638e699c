/**
 * The routines that find, deliver and prune outcomes.
 */
export const outcomeRoutines: ReadonlyArray<string> = [
  `CREATE PROCEDURE IF NOT EXISTS update_ledger_find_1(IN p_identity CHAR(64) CHARACTER SET ascii COLLATE ascii_bin)
  SELECT user_id, position, life, job_id, tag, reason FROM update_ledger_outcomes WHERE identity = UNHEX(p_identity)`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_delivered_1(IN p_identity CHAR(64) CHARACTER SET ascii COLLATE ascii_bin)
  UPDATE update_ledger_outcomes SET delivered_at = UTC_TIMESTAMP(3)
    WHERE identity = UNHEX(p_identity) AND delivered_at IS NULL`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_prune_1(IN p_seconds INT UNSIGNED, IN p_rows INT UNSIGNED)
  BEGIN
    DELETE FROM update_ledger_outcomes WHERE ended_at < UTC_TIMESTAMP(3) - INTERVAL p_seconds SECOND ORDER BY ended_at LIMIT p_rows;
    SELECT ROW_COUNT() AS pruned;
  END`
]
