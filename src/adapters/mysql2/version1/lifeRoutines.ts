/**
 * The routines that number the lives of a queue.
 */
export const lifeRoutines: ReadonlyArray<string> = [
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

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_taken_1(
    IN p_life INT UNSIGNED, IN p_number BIGINT UNSIGNED, IN p_identity CHAR(64) CHARACTER SET ascii COLLATE ascii_bin)
  SELECT COUNT(*) AS taken FROM update_ledger_outcomes
    WHERE life = p_life AND number = p_number AND identity <> UNHEX(p_identity)`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_highest_1(
    IN p_queue VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, IN p_life INT UNSIGNED)
  SELECT l.life, CAST(GREATEST(
      (SELECT COALESCE(MAX(o.number), 0) FROM update_ledger_outcomes o WHERE o.life = l.life),
      (SELECT COALESCE(MAX(u.number), 0) FROM update_ledger_users u WHERE u.life = l.life)) AS UNSIGNED) AS number
    FROM update_ledger_lives l WHERE l.life = p_life AND l.queue = p_queue`
]
