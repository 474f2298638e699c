import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { query } from "../../../src/local/sql.ts"
import { Ledger } from "../../../src/services/Ledger.ts"
import { numbersTo } from "./numbers.ts"
import { DatabaseServer, ledgerOn, makeDatabase } from "../../support/database.ts"

const rows = 3000
const identity = (number: number) => number.toString(16).padStart(64, "0")
const apply = (number: number) =>
  `CALL update_ledger_apply_2('${identity(number)}', 'x', 1, ${number}, '77', 'phone', 'password', 'name', 'image', 5)`

const update = (number: number, user: string) =>
  `'${identity(number)}', 'x', 1, ${number}, '${user}', 'phone', 'password', 'name', 'image'`

const calls: ReadonlyArray<readonly [string, string]> = [
  ["apply", apply(900_001)],
  ["apply again", apply(900_001)],
  ["apply in a batch of one", `CALL update_ledger_apply_single_3(5, ${update(900_003, "77")})`],
  [
    "apply in a batch",
    `CALL update_ledger_apply_few_3(5, ${update(900_004, "78")}, ${update(900_005, "79")}${", NULL".repeat(18)})`
  ],
  ["record", `CALL update_ledger_record_2('${identity(900_002)}', 'x', 1, 900002, '77', 'InvalidToken', 'expired', 5)`],
  ["find", `CALL update_ledger_find_2('${identity(5)}', 5)`],
  ["prune", "CALL update_ledger_prune_2(2592000, 500)"],
  ["beat", "CALL update_ledger_beat_2(5, 'bull:Update_User')"],
  ["untold", "CALL update_ledger_untold_2(5, 3)"],
  ["told", `CALL update_ledger_told_2('["${identity(5)}"]')`],
  ["highest", "CALL update_ledger_highest_1('bull:Update_User', 1)"]
]

const columns = [
  "utf8mb4 COLLATE utf8mb4_general_ci",
  "utf8mb4 COLLATE utf8mb4_bin",
  "latin1 COLLATE latin1_swedish_ci",
  "utf8mb3",
  "ascii"
]

layer(DatabaseServer.layer, { excludeTestServices: true, timeout: "60 seconds" })("every look-up of the ledger", (it) => {
  it.effect.each(columns.map((column) => ({ column })))(
    "reads a handful of rows out of thousands, with Users.Id in $column",
    ({ column }) =>
      Effect.gen(function* () {
        const { account, asRoot } = yield* makeDatabase()
        yield* Effect.provide(Effect.asVoid(Ledger), ledgerOn(account))
        yield* query(asRoot, [
          `ALTER TABLE Users MODIFY Id VARCHAR(100) CHARACTER SET ${column} NOT NULL`,
          "DROP PROCEDURE UpdateRecord",
          `CREATE PROCEDURE UpdateRecord(IN i VARCHAR(100) CHARACTER SET ${column}, IN p VARCHAR(100), IN w VARCHAR(100),
                                       IN n VARCHAR(100), IN m MEDIUMTEXT)
           UPDATE Users SET Phone = p, Password = w, Name = n, Image = m WHERE Id = i`,
          "INSERT INTO update_ledger_lives VALUES (1, 'bull:Update_User', UTC_TIMESTAMP(3))",
          `INSERT INTO Users SELECT seq, '', '', '', '' FROM ${numbersTo(rows)}`,
          `INSERT INTO update_ledger_users SELECT seq, 1, 1, seq FROM ${numbersTo(rows)}`,
          `INSERT INTO update_ledger_outcomes
              (user_id, position, identity, life, number, job_id, tag, reason, superseded, ended_at, delivered_at, relay)
            SELECT seq, 1, UNHEX(LPAD(HEX(seq), 64, '0')), 1, seq, seq, 'Updated', '', FALSE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), 5
              FROM ${numbersTo(rows)}`
        ])
        for (const [name, call] of calls) {
          const status = yield* query(asRoot, ["FLUSH STATUS", call, "SHOW SESSION STATUS LIKE 'Handler_read%'"])
          const read = status.reduce((sum, row) => sum + Number(row["Value"]), 0)
          assert.isAbove(read, 0, name)
          assert.isBelow(read, 40, name)
        }
      })
  )
})
