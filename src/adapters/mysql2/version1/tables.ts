/**
 * The tables of the ledger. `update_ledger_users` is the lock of a user too, and is never pruned; an outcome of nobody has the user ''.
 */
export const tables: ReadonlyArray<string> = [
  `CREATE TABLE IF NOT EXISTS update_ledger_migrations (
    version INT UNSIGNED NOT NULL PRIMARY KEY,
    migrated_at DATETIME(3) NOT NULL
  ) ENGINE = InnoDB`,

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
    number BIGINT UNSIGNED NOT NULL DEFAULT 0,
    KEY place (life, number)
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
    relay INT UNSIGNED NULL,
    PRIMARY KEY (user_id, position),
    UNIQUE KEY identity (identity),
    KEY place (life, number),
    KEY ended_at (ended_at),
    KEY untold (relay, delivered_at)
  ) ENGINE = InnoDB`
]
