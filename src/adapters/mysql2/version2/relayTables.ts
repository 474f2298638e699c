/**
 * Who relays which outcome. A relay is a process that hands outcomes over to a hub elsewhere; `owner` is the relay that does so in its
 * place, at first itself. `relay` of an outcome is NULL where nobody relays it; only tables of version 1 that lack it need the right to
 * ALTER.
 */
export const relayTables: ReadonlyArray<string> = [
  `CREATE TABLE IF NOT EXISTS update_ledger_relays (
    relay INT UNSIGNED NOT NULL PRIMARY KEY,
    owner INT UNSIGNED NOT NULL,
    queue VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    seen_at DATETIME(3) NOT NULL,
    KEY owner (owner)
  ) ENGINE = InnoDB`,

  `CREATE PROCEDURE IF NOT EXISTS update_ledger_add_relay_2()
  BEGIN
    DECLARE CONTINUE HANDLER FOR 1060, 1061 BEGIN END;
    IF NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS
        WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'update_ledger_outcomes' AND INDEX_NAME = 'untold') THEN
      ALTER TABLE update_ledger_outcomes ADD COLUMN relay INT UNSIGNED NULL;
      ALTER TABLE update_ledger_outcomes ADD KEY untold (relay, delivered_at);
    END IF;
  END`,

  "CALL update_ledger_add_relay_2()"
]
