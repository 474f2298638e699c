import { assert, describe, it } from "@effect/vitest"
import { databaseContainer, redisContainer } from "../../src/local/docker.ts"

describe("a container of the local stack", () => {
  it("serves Redis on one port of loopback, keeps its data in a volume of its name and goes when it ends", () => {
    assert.strictEqual(
      redisContainer({ name: "it", port: 20123 }, "mark.rdb", { appendOnly: true }).join(" "),
      "run --rm --name it --publish 127.0.0.1:20123:6379 --volume it:/data redis:7.4 redis-server " +
        "--save  --appendonly yes --maxmemory-policy noeviction --dbfilename mark.rdb"
    )
  })

  it("serves MySQL the same way, and its arguments do not tell the password", () => {
    assert.strictEqual(
      databaseContainer({ name: "it", port: 20124 }, ["--max-connections=9"]).join(" "),
      "run --rm --name it --publish 127.0.0.1:20124:3306 --volume it:/var/lib/mysql --env MYSQL_ROOT_PASSWORD mysql:8.4 " +
        "--skip-log-bin --skip-name-resolve --mysqlx=OFF --max-connections=9"
    )
  })
})
