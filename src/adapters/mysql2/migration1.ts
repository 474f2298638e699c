/**
 * Version 1 of the ledger's schema, in the grammar that MySQL 8.0.29 and MariaDB 10.11 share. Every statement can be run again.
 * Routines carry the version in their name,
 * so that workers of two versions can run side by side.
 */
export const migration1: ReadonlyArray<string> = [
  `CREATE TABLE IF NOT EXISTS update_ledger_migrations (
    version INT UNSIGNED NOT NULL PRIMARY KEY,
    migrated_at DATETIME(3) NOT NULL
  ) ENGINE = InnoDB`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_version()
  SELECT CAST(COALESCE(MAX(version), 0) AS UNSIGNED) AS version FROM update_ledger_migrations`,

  `CREATE TABLE IF NOT EXISTS update_ledger_lives (
    life INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    queue VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    began_at DATETIME(3) NOT NULL,
    KEY queue (queue, life)
  ) ENGINE = InnoDB`,

  `CREATE TABLE IF NOT EXISTS update_ledger_users (
    user_id VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    position BIGINT UNSIGNED NOT NULL,
    life INT UNSIGNED NOT NULL DEFAULT 0,
    number BIGINT UNSIGNED NOT NULL DEFAULT 0
  ) ENGINE = InnoDB`,

  `CREATE TABLE IF NOT EXISTS update_ledger_outcomes (
    user_id VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    position BIGINT UNSIGNED NOT NULL,
    identity BINARY(32) NOT NULL,
    life INT UNSIGNED NOT NULL,
    number BIGINT UNSIGNED NOT NULL,
    job_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    tag VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    superseded BOOLEAN NOT NULL,
    ended_at DATETIME(3) NOT NULL,
    delivered_at DATETIME(3) NULL,
    PRIMARY KEY (user_id, position),
    UNIQUE KEY identity (identity),
    KEY place (life, number),
    KEY ended_at (ended_at)
  ) ENGINE = InnoDB`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_begin_life_1(
    IN p_queue VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, IN p_after INT UNSIGNED, OUT o_life INT UNSIGNED)
  BEGIN
    SELECT MAX(life) INTO o_life FROM update_ledger_lives WHERE queue = p_queue AND life > p_after AND p_after > 0 FOR UPDATE;
    IF o_life IS NULL THEN
      INSERT INTO update_ledger_lives (queue, began_at) VALUES (p_queue, UTC_TIMESTAMP(3));
      SET o_life = LAST_INSERT_ID();
    END IF;
  END`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_begin_1(
    IN p_queue VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, IN p_after INT UNSIGNED)
  BEGIN
    DECLARE v_life INT UNSIGNED;
    DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
    START TRANSACTION;
    CALL update_ledger_begin_life_1(p_queue, p_after, v_life);
    COMMIT;
    SELECT v_life AS life;
  END`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_highest_1(
    IN p_queue VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, IN p_life INT UNSIGNED)
  SELECT l.life, CAST((SELECT COALESCE(MAX(o.number), 0) FROM update_ledger_outcomes o WHERE o.life = l.life) AS UNSIGNED) AS number
    FROM update_ledger_lives l WHERE l.life = p_life AND l.queue = p_queue`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_users_table_1()
  SELECT ENGINE AS engine FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'Users'`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_try_1(IN p_nobody VARCHAR(100) CHARACTER SET ascii)
  BEGIN
    DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
    START TRANSACTION;
    SAVEPOINT update_ledger;
    CALL UpdateRecord(p_nobody, '', '', '', '');
    RELEASE SAVEPOINT update_ledger;
    ROLLBACK;
  END`,

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
  END`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_apply_1(
    IN p_identity CHAR(64) CHARACTER SET ascii COLLATE ascii_bin, IN p_job_id VARCHAR(255) CHARACTER SET utf8mb4,
    IN p_life INT UNSIGNED, IN p_number BIGINT UNSIGNED, IN p_user VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin,
    IN p_phone TEXT CHARACTER SET utf8mb4, IN p_password TEXT CHARACTER SET utf8mb4,
    IN p_name TEXT CHARACTER SET utf8mb4, IN p_image LONGTEXT CHARACTER SET utf8mb4)
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
        (user_id, position, identity, life, number, job_id, tag, reason, superseded, ended_at)
        VALUES (p_user, v_position, v_identity, v_life, p_number, p_job_id, 'Updated', '', v_superseded, UTC_TIMESTAMP(3));
    END;
    IF v_exists THEN
      ROLLBACK;
      CALL update_ledger_find_1(p_identity);
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
