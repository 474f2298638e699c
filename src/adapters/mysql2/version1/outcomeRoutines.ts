/**
 * The routines that record, find, deliver and prune outcomes. Recording is insert or read: the first outcome of a job stands.
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
  END`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_record_1(
    IN p_identity CHAR(64) CHARACTER SET ascii COLLATE ascii_bin, IN p_job_id VARCHAR(255) CHARACTER SET utf8mb4,
    IN p_life INT UNSIGNED, IN p_number BIGINT UNSIGNED, IN p_user VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin,
    IN p_tag VARCHAR(32) CHARACTER SET ascii, IN p_reason VARCHAR(32) CHARACTER SET ascii)
  BEGIN
    DECLARE v_exists BOOLEAN DEFAULT FALSE;
    DECLARE v_position BIGINT UNSIGNED;
    DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
    START TRANSACTION;
    INSERT INTO update_ledger_users (user_id, position) VALUES (p_user, 1) ON DUPLICATE KEY UPDATE position = position + 1;
    SELECT position INTO v_position FROM update_ledger_users WHERE user_id = p_user FOR UPDATE;
    BEGIN
      DECLARE CONTINUE HANDLER FOR 1062 SET v_exists = TRUE;
      INSERT INTO update_ledger_outcomes
        (user_id, position, identity, life, number, job_id, tag, reason, superseded, ended_at)
        VALUES (p_user, v_position, UNHEX(p_identity), p_life, p_number, p_job_id, p_tag, p_reason, FALSE, UTC_TIMESTAMP(3));
    END;
    IF v_exists THEN ROLLBACK; ELSE COMMIT; END IF;
    CALL update_ledger_find_1(p_identity);
  END`
]
