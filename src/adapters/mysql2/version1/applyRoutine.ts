/** How the routines of one version differ: their number, and the SQL with which they keep who relays an outcome, if they do. */
export interface RoutineVersion {
  readonly version: number
  readonly parameter: string
  readonly column: string
  readonly value: string
  /** The call that reads the outcome that the job `p_identity` already has. */
  readonly find: string
}

/** Version 1 keeps nothing of relays. */
export const routineVersion1: RoutineVersion = {
  version: 1,
  parameter: "",
  column: "",
  value: "",
  find: "update_ledger_find_1(p_identity)"
}

/**
 * The routine that applies an update: lock the user; insert or read the outcome; see whether a later job was applied; exactly one user
 * with that `Id`, byte for byte; `UpdateRecord` within a savepoint; read the row again; commit. Reads that lock nothing come only after
 * the lock, and none is a subquery: MariaDB would lock what that reads.
 */
export const applyRoutine = ({ version, parameter, column, value, find }: RoutineVersion): ReadonlyArray<string> => [
  `CREATE PROCEDURE IF NOT EXISTS update_ledger_apply_${version}(
    IN p_identity CHAR(64) CHARACTER SET ascii COLLATE ascii_bin, IN p_job_id VARCHAR(255) CHARACTER SET utf8mb4,
    IN p_life INT UNSIGNED, IN p_number BIGINT UNSIGNED, IN p_user VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin,
    IN p_phone TEXT CHARACTER SET utf8mb4, IN p_password TEXT CHARACTER SET utf8mb4,
    IN p_name TEXT CHARACTER SET utf8mb4, IN p_image LONGTEXT CHARACTER SET utf8mb4${parameter})
  main: BEGIN
    DECLARE v_identity BINARY(32) DEFAULT UNHEX(p_identity);
    DECLARE v_exists, v_superseded BOOLEAN DEFAULT FALSE;
    DECLARE v_position, v_number BIGINT UNSIGNED;
    DECLARE v_life, v_applied INT UNSIGNED;
    DECLARE v_count, v_exact BIGINT;
    DECLARE v_queue VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
    START TRANSACTION;

    INSERT INTO update_ledger_users (user_id, position) VALUES (p_user, 1) ON DUPLICATE KEY UPDATE position = position + 1;
    SELECT position, life, number INTO v_position, v_applied, v_number
      FROM update_ledger_users WHERE user_id = p_user FOR UPDATE;
    SET v_life = p_life;
    SELECT COUNT(*) INTO v_count FROM update_ledger_outcomes
      WHERE life = p_life AND number = p_number AND identity <> v_identity;
    IF v_count > 0 THEN
      SELECT queue INTO v_queue FROM update_ledger_lives WHERE life = p_life FOR UPDATE;
      CALL update_ledger_begin_life_1(v_queue, p_life, v_life);
    END IF;
    IF v_applied = v_life THEN
      SET v_superseded = v_number > p_number;
    ELSEIF v_applied > v_life THEN
      SELECT COUNT(DISTINCT queue) = 1 INTO v_superseded FROM update_ledger_lives WHERE life IN (v_applied, v_life);
    END IF;

    BEGIN
      DECLARE CONTINUE HANDLER FOR 1062 SET v_exists = TRUE;
      INSERT INTO update_ledger_outcomes
        (user_id, position, identity, life, number, job_id, tag, reason, superseded, ended_at${column})
        VALUES (p_user, v_position, v_identity, v_life, p_number, p_job_id, 'Updated', '', v_superseded, UTC_TIMESTAMP(3)${value});
    END;
    IF v_exists THEN
      ROLLBACK;
      CALL ${find};
      LEAVE main;
    END IF;

    SELECT COUNT(*), COALESCE(SUM(CAST(CONVERT(Id USING utf8mb4) AS BINARY) = CAST(p_user AS BINARY)), 0)
      INTO v_count, v_exact FROM Users WHERE Id = p_user FOR UPDATE;
    IF v_exact = 0 OR v_count > 1 THEN
      ROLLBACK;
      SELECT IF(v_count > 1, 'ambiguousUser', 'unknownUser') AS refused;
      LEAVE main;
    END IF;

    IF NOT v_superseded THEN
      UPDATE update_ledger_users SET life = v_life, number = p_number WHERE user_id = p_user;
      SAVEPOINT update_ledger;
      CALL UpdateRecord(p_user, p_phone, p_password, p_name, p_image);
      RELEASE SAVEPOINT update_ledger;
      SELECT COUNT(*) INTO v_exact FROM Users
        WHERE Id = p_user
          AND CAST(CONVERT(Phone USING utf8mb4) AS BINARY) = CAST(p_phone AS BINARY)
          AND CAST(CONVERT(Password USING utf8mb4) AS BINARY) = CAST(p_password AS BINARY)
          AND CHAR_LENGTH(Name) >= CHAR_LENGTH(p_name) AND CHAR_LENGTH(Image) >= CHAR_LENGTH(p_image);
      IF v_exact <> 1 THEN
        ROLLBACK;
        SELECT 'notStored' AS refused;
        LEAVE main;
      END IF;
    END IF;
    COMMIT;
    CALL update_ledger_find_1(p_identity);
  END`
]
