import type { RoutineVersion } from "./applyRoutine.ts"

/**
 * The routine that records an outcome. Recording is insert or read: the first outcome of a job stands.
 */
export const recordRoutine = ({ version, parameter, column, value, find }: RoutineVersion): ReadonlyArray<string> => [
  `CREATE PROCEDURE IF NOT EXISTS update_ledger_record_${version}(
    IN p_identity CHAR(64) CHARACTER SET ascii COLLATE ascii_bin, IN p_job_id VARCHAR(255) CHARACTER SET utf8mb4,
    IN p_life INT UNSIGNED, IN p_number BIGINT UNSIGNED, IN p_user VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin,
    IN p_tag VARCHAR(32) CHARACTER SET ascii, IN p_reason VARCHAR(32) CHARACTER SET ascii${parameter})
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
        (user_id, position, identity, life, number, job_id, tag, reason, superseded, ended_at${column})
        VALUES (p_user, v_position, UNHEX(p_identity), p_life, p_number, p_job_id, p_tag, p_reason, FALSE, UTC_TIMESTAMP(3)${value});
    END;
    IF v_exists THEN ROLLBACK; ELSE COMMIT; END IF;
    CALL ${find};
  END`
]
