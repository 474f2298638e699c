/**
 * The routines that the service needs as it starts: the version of the schema, what `Users` is, and a trial of `UpdateRecord`.
 */
export const startRoutines: ReadonlyArray<string> = [
  `CREATE PROCEDURE IF NOT EXISTS update_ledger_version()
  SELECT CAST(COALESCE(MAX(version), 0) AS UNSIGNED) AS version FROM update_ledger_migrations`,

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
  END`
]
