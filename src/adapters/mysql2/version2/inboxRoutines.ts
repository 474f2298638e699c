/**
 * The routines that the hubs read and write: what a user has to hear, and what was received.
 */
export const inboxRoutines: ReadonlyArray<string> = [
  `CREATE PROCEDURE IF NOT EXISTS update_ledger_last_2(IN p_user VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin)
  SELECT position FROM update_ledger_users WHERE user_id = p_user`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_after_2(
    IN p_user VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin, IN p_after BIGINT UNSIGNED, IN p_unheard BOOLEAN)
  SELECT LOWER(HEX(identity)) AS identity, user_id, position, life, job_id, tag, reason FROM update_ledger_outcomes
    WHERE user_id = p_user AND position > p_after AND (delivered_at IS NULL OR NOT p_unheard)
    ORDER BY position LIMIT 100`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_received_2(
    IN p_user VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin, IN p_position BIGINT UNSIGNED)
  UPDATE update_ledger_outcomes SET delivered_at = UTC_TIMESTAMP(3)
    WHERE user_id = p_user AND position <= p_position AND delivered_at IS NULL`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_behind_2(IN p_positions LONGTEXT CHARACTER SET utf8mb4)
  SELECT STRAIGHT_JOIN seen.user_id
    FROM JSON_TABLE(p_positions, '$[*]' COLUMNS (
      user_id VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin PATH '$[0]', position BIGINT UNSIGNED PATH '$[1]')) AS seen
    JOIN update_ledger_users USING (user_id)
    WHERE update_ledger_users.position > seen.position`
]
