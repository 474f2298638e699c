import type { RoutineVersion } from "../version1/applyRoutine.ts"

/** Version 2 keeps who relays an outcome (0: nobody). An outcome of nobody is relayed by nobody. */
export const routineVersion2: RoutineVersion = {
  version: 2,
  parameter: ", IN p_relay INT UNSIGNED",
  column: ", relay",
  value: ", IF(p_user = '', NULL, NULLIF(p_relay, 0))",
  find: "update_ledger_find_2(p_identity, p_relay)"
}

/**
 * The routines of relays. Finding an outcome that nobody relays yet makes it ours, as it is about to be announced again. A beat says that
 * a relay is alive, and takes over those whose owner has been silent for 8 s; not where its own last beat is as old, as then MySQL was
 * away. Leaving is being silent at once.
 */
export const relayRoutines: ReadonlyArray<string> = [
  `CREATE PROCEDURE IF NOT EXISTS update_ledger_find_2(
    IN p_identity CHAR(64) CHARACTER SET ascii COLLATE ascii_bin, IN p_relay INT UNSIGNED)
  BEGIN
    IF p_relay > 0 THEN
      UPDATE update_ledger_outcomes SET relay = p_relay
        WHERE identity = UNHEX(p_identity) AND relay IS NULL AND delivered_at IS NULL AND user_id <> '';
    END IF;
    CALL update_ledger_find_1(p_identity);
  END`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_beat_2(
    IN p_relay INT UNSIGNED, IN p_queue VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)
  BEGIN
    DECLARE v_now DATETIME(3) DEFAULT UTC_TIMESTAMP(3);
    DECLARE v_silent DATETIME(3) DEFAULT v_now - INTERVAL 8 SECOND;
    DECLARE v_seen DATETIME(3);
    DECLARE v_dead, v_taken BIGINT DEFAULT 0;
    DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
    SELECT MAX(seen_at) INTO v_seen FROM update_ledger_relays WHERE relay = p_relay;
    INSERT INTO update_ledger_relays (relay, owner, queue, seen_at) VALUES (p_relay, p_relay, p_queue, v_now)
      ON DUPLICATE KEY UPDATE owner = p_relay, seen_at = v_now;
    IF v_seen IS NULL OR v_seen > v_silent THEN
      SELECT COUNT(*) INTO v_dead FROM update_ledger_relays kept JOIN update_ledger_relays owning ON owning.relay = kept.owner
        WHERE kept.queue = p_queue AND owning.seen_at < v_silent;
    END IF;
    IF v_dead > 0 THEN
      START TRANSACTION;
      SELECT COUNT(seen_at) INTO v_dead FROM update_ledger_relays FOR UPDATE;
      UPDATE update_ledger_relays kept JOIN update_ledger_relays owning ON owning.relay = kept.owner
        SET kept.owner = p_relay WHERE kept.queue = p_queue AND owning.seen_at < v_silent;
      SET v_taken = ROW_COUNT();
      DELETE FROM update_ledger_relays
        WHERE owner <> relay AND seen_at < v_now - INTERVAL 1 DAY
          AND NOT EXISTS (SELECT 1 FROM update_ledger_outcomes untold
            WHERE untold.relay = update_ledger_relays.relay AND untold.delivered_at IS NULL);
      COMMIT;
    END IF;
    SELECT v_taken AS taken;
  END`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_leave_2(IN p_relay INT UNSIGNED)
  UPDATE update_ledger_relays SET seen_at = UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE WHERE relay = p_relay`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_untold_2(IN p_relay INT UNSIGNED, IN p_rows INT UNSIGNED)
  SELECT LOWER(HEX(identity)) AS identity, user_id, position, life, job_id, tag, reason
    FROM (SELECT o.user_id, o.position FROM update_ledger_relays r
            STRAIGHT_JOIN update_ledger_outcomes o ON o.relay = r.relay AND o.delivered_at IS NULL
            WHERE r.owner = p_relay ORDER BY o.user_id, o.position LIMIT p_rows) AS first
    JOIN update_ledger_outcomes USING (user_id, position)
    ORDER BY user_id, position`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_told_2(IN p_identities LONGTEXT CHARACTER SET ascii)
  UPDATE JSON_TABLE(p_identities, '$[*]' COLUMNS (
      identity CHAR(64) CHARACTER SET ascii COLLATE ascii_bin PATH '$')) AS told
    STRAIGHT_JOIN update_ledger_outcomes ON update_ledger_outcomes.identity = UNHEX(told.identity)
    SET update_ledger_outcomes.delivered_at = UTC_TIMESTAMP(3)
    WHERE update_ledger_outcomes.delivered_at IS NULL`
]
