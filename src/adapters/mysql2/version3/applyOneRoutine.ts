/**
 * The routine that applies one update of a batch, within the batch's transaction: the user's position, or 0 where nothing was changed
 * and the job has to be applied alone. It does what applying alone does, and leaves to that whatever is out of the ordinary: a job
 * that has an outcome, a place that is taken, a user who is not there or whose row another has locked, an update that fails or is not
 * stored. Only what ends the transaction ends the batch: a deadlock, a lock that did not come in time, a savepoint that is gone.
 */
export const applyOneRoutine: ReadonlyArray<string> = [
  `CREATE PROCEDURE IF NOT EXISTS update_ledger_apply_one_3(
    IN p_identity CHAR(64) CHARACTER SET ascii COLLATE ascii_bin, IN p_job_id VARCHAR(255) CHARACTER SET utf8mb4,
    IN p_life INT UNSIGNED, IN p_number BIGINT UNSIGNED, IN p_user VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin,
    IN p_phone TEXT CHARACTER SET utf8mb4, IN p_password TEXT CHARACTER SET utf8mb4,
    IN p_name TEXT CHARACTER SET utf8mb4, IN p_image LONGTEXT CHARACTER SET utf8mb4, IN p_relay INT UNSIGNED,
    OUT o_position BIGINT UNSIGNED)
  main: BEGIN
    DECLARE v_identity BINARY(32) DEFAULT UNHEX(p_identity);
    DECLARE v_superseded BOOLEAN DEFAULT FALSE;
    DECLARE v_position, v_number BIGINT UNSIGNED;
    DECLARE v_applied INT UNSIGNED;
    DECLARE v_count, v_exact BIGINT DEFAULT 0;
    DECLARE EXIT HANDLER FOR 1205, 1213 RESIGNAL;
    DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK TO SAVEPOINT update_ledger; SET o_position = 0; END;
    SET o_position = 0;
    SAVEPOINT update_ledger;

    SELECT position, life, number INTO v_position, v_applied, v_number
      FROM update_ledger_users WHERE user_id = p_user FOR UPDATE;
    IF v_position IS NULL THEN
      INSERT INTO update_ledger_users (user_id, position) VALUES (p_user, 0);
      SET v_position = 0, v_applied = 0, v_number = 0;
    END IF;
    SET v_position = v_position + 1;
    SELECT COUNT(*) INTO v_count FROM update_ledger_outcomes WHERE life = p_life AND number = p_number;
    IF v_count > 0 THEN
      ROLLBACK TO SAVEPOINT update_ledger;
      LEAVE main;
    END IF;
    IF v_applied = p_life THEN
      SET v_superseded = v_number > p_number;
    ELSEIF v_applied > p_life THEN
      SELECT COUNT(DISTINCT queue) = 1 INTO v_superseded FROM update_ledger_lives WHERE life IN (v_applied, p_life);
    END IF;

    SELECT COUNT(*), COALESCE(SUM(CAST(CONVERT(Id USING utf8mb4) AS BINARY) = CAST(p_user AS BINARY)), 0)
      INTO v_count, v_exact FROM Users WHERE Id = p_user FOR UPDATE SKIP LOCKED;
    IF v_count <> 1 OR v_exact <> 1 THEN
      ROLLBACK TO SAVEPOINT update_ledger;
      LEAVE main;
    END IF;

    INSERT INTO update_ledger_outcomes
      (user_id, position, identity, life, number, job_id, tag, reason, superseded, ended_at, relay)
      VALUES (p_user, v_position, v_identity, p_life, p_number, p_job_id, 'Updated', '', v_superseded, UTC_TIMESTAMP(3),
        NULLIF(p_relay, 0));
    IF v_superseded THEN
      UPDATE update_ledger_users SET position = v_position WHERE user_id = p_user;
    ELSE
      UPDATE update_ledger_users SET position = v_position, life = p_life, number = p_number WHERE user_id = p_user;
      CALL UpdateRecord(p_user, p_phone, p_password, p_name, p_image);
      SELECT COUNT(*) INTO v_exact FROM Users
        WHERE Id = p_user
          AND CAST(CONVERT(Phone USING utf8mb4) AS BINARY) = CAST(p_phone AS BINARY)
          AND CAST(CONVERT(Password USING utf8mb4) AS BINARY) = CAST(p_password AS BINARY)
          AND CHAR_LENGTH(Name) >= CHAR_LENGTH(p_name) AND CHAR_LENGTH(Image) >= CHAR_LENGTH(p_image);
      IF v_exact <> 1 THEN
        ROLLBACK TO SAVEPOINT update_ledger;
        LEAVE main;
      END IF;
    END IF;
    RELEASE SAVEPOINT update_ledger;
    SET o_position = v_position;
  END`
]
