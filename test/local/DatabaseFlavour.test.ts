import { assert, describe, it } from "@effect/vitest"
import { type Flavour, flavours, serverArguments } from "../../src/local/DatabaseFlavour.ts"

const place = { folder: "/folder", port: 20125, extra: ["--sql-mode="] }

describe("the arguments of a database server", () => {
  it.each(["MariaDB", "MySQL"] satisfies ReadonlyArray<Flavour>)(
    "of %s: loopback, all files in the folder, ours first and the caller's last",
    (flavour) => {
      const given = serverArguments(flavour, place)
      assert.strictEqual(given[0], "--no-defaults")
      assert.strictEqual(given.at(-1), "--sql-mode=")
      assert.includeMembers(
        [...given],
        [
          "--bind-address=127.0.0.1",
          "--port=20125",
          "--datadir=/folder/data",
          "--socket=/folder/socket",
          "--pid-file=/folder/pid"
        ]
      )
    }
  )

  it("makes a data folder as each of the two does, and gives neither an option that it does not know", () => {
    assert.includeMembers([...flavours.MariaDB.install("/data")], ["--force", "--auth-root-authentication-method=normal"])
    assert.includeMembers([...flavours.MySQL.install("/data")], ["--initialize-insecure", "--datadir=/data"])
    assert.notInclude(serverArguments("MariaDB", place), "--mysqlx=OFF")
    assert.include(serverArguments("MySQL", place), "--mysqlx=OFF")
  })
})
