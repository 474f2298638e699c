/** How many updates the routines take in one transaction. */
export const batchRoutines = {
  update_ledger_apply_single_3: 1,
  update_ledger_apply_few_3: 4,
  update_ledger_apply_many_3: 16
} as const

/** How many values each update has. */
export const valuesPerUpdate = 9

/**
 * The routines that apply several updates in one transaction, in the order given: their positions with commas between, 0 for one that
 * has to be applied alone. Slots that are not needed are NULL, and come last. READ COMMITTED lets each update see what was committed
 * while it waited for its user's lock, which a snapshot from before would not.
 */
export const applyBatchRoutines: ReadonlyArray<string> = Object.entries(batchRoutines).map(makeRoutine)

function makeRoutine([name, slots]: readonly [string, number]): string {
  const each = (sql: (slot: number) => string, between = "") =>
    Array.from({ length: slots }, (_, index) => sql(index + 1)).join(between)
  const positions = each((slot) => `v_position_${slot}`, ", ")
  return `CREATE PROCEDURE IF NOT EXISTS ${name}(IN p_relay INT UNSIGNED, ${each(parametersOf, ",")})
  BEGIN
    DECLARE ${positions} BIGINT UNSIGNED;
    DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    START TRANSACTION;
    batch: BEGIN${each(applyOne)}
    END;
    COMMIT;
    SELECT CONCAT_WS(',', ${positions}) AS positions;
  END`
}

function parametersOf(slot: number): string {
  return `
    IN p_identity_${slot} CHAR(64) CHARACTER SET ascii COLLATE ascii_bin, IN p_job_id_${slot} VARCHAR(255) CHARACTER SET utf8mb4,
    IN p_life_${slot} INT UNSIGNED, IN p_number_${slot} BIGINT UNSIGNED,
    IN p_user_${slot} VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin,
    IN p_phone_${slot} TEXT CHARACTER SET utf8mb4, IN p_password_${slot} TEXT CHARACTER SET utf8mb4,
    IN p_name_${slot} TEXT CHARACTER SET utf8mb4, IN p_image_${slot} LONGTEXT CHARACTER SET utf8mb4`
}

function applyOne(slot: number): string {
  return `
      IF p_identity_${slot} IS NULL THEN LEAVE batch; END IF;
      CALL update_ledger_apply_one_3(p_identity_${slot}, p_job_id_${slot}, p_life_${slot}, p_number_${slot}, p_user_${slot},
        p_phone_${slot}, p_password_${slot}, p_name_${slot}, p_image_${slot}, p_relay, v_position_${slot});`
}
