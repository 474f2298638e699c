/**
 * The routine that prunes one step and holds up no update. A plain read, which locks nothing, finds the oldest outcomes; each is then
 * deleted by its primary key, which locks that row and no gap beside it. READ COMMITTED keeps InnoDB from making gaps of those locks
 * where inserts split a page. One step runs at a time, under the lock of version 1's row: two would find the same outcomes.
 */
export const pruneRoutine: ReadonlyArray<string> = [
  `CREATE PROCEDURE IF NOT EXISTS update_ledger_prune_2(IN p_seconds INT UNSIGNED, IN p_rows INT UNSIGNED)
  BEGIN
    DECLARE v_user VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin;
    DECLARE v_position BIGINT UNSIGNED;
    DECLARE v_lock, v_pruned INT UNSIGNED DEFAULT 0;
    DECLARE v_done BOOLEAN DEFAULT FALSE;
    DECLARE v_oldest CURSOR FOR
      SELECT user_id, position FROM update_ledger_outcomes
        WHERE ended_at < UTC_TIMESTAMP(3) - INTERVAL p_seconds SECOND ORDER BY ended_at LIMIT p_rows;
    DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_done = TRUE;
    DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    START TRANSACTION;
    SELECT version INTO v_lock FROM update_ledger_migrations WHERE version = 1 FOR UPDATE;
    OPEN v_oldest;
    prune: LOOP
      FETCH v_oldest INTO v_user, v_position;
      IF v_done THEN LEAVE prune; END IF;
      DELETE FROM update_ledger_outcomes WHERE user_id = v_user AND position = v_position;
      SET v_pruned = v_pruned + 1;
    END LOOP;
    CLOSE v_oldest;
    COMMIT;
    SELECT v_pruned AS pruned;
  END`
]
