import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { variables } from "../../src/settings/variables.ts"
import { compose, composeText, services } from "./compose.ts"
import { lastOf, project, stages } from "./dockerfile.ts"

const seconds = (duration: string | undefined) => Number(/^(\d+) ?s(?:econds)?$/u.exec(duration ?? "")?.[1])

const { encryption, migrate, mysql, redis, service } = compose.services

describe.each(services)("the service %s of docker-compose.yml", (_, it_) => {
  it("is of a pinned image, or of a stage of the Dockerfile", () => {
    if (it_.build === undefined) assert.match(it_.image, /^[a-z]+:\d+\.\d+\.\d+(?:-[a-z]+)?@sha256:[0-9a-f]{64}$/u)
    else
      assert.include(
        stages.map(({ name }) => name),
        it_.build.target
      )
  })

  it("runs as nobody special, on a file system that it cannot write to, with no rights of the kernel's", () => {
    assert.match(it_.user, /^[1-9]\d*:[1-9]\d*$/u)
    if (it_.build !== undefined) assert.strictEqual(it_.user, lastOf(it_.build.target, "USER")?.text)
    assert.isTrue(it_.read_only)
    assert.deepStrictEqual(it_.cap_drop, ["ALL"])
    assert.deepStrictEqual(it_.security_opt, ["no-new-privileges:true"])
    assert.notProperty(it_, "privileged")
    assert.notProperty(it_, "cap_add")
  })

  it("has limits of processor, memory and processes", () => {
    assert.hasAllKeys(it_.deploy.resources.limits, ["cpus", "memory", "pids"])
  })

  it("says whether it is well, unless it runs once", () => {
    assert.strictEqual(it_.healthcheck.disable ?? false, it_.restart === "no")
    assert.strictEqual(it_.healthcheck.test === undefined, it_.restart === "no")
  })

  it("gets secrets as files that the script makes, and none as a variable", () => {
    const script = readFileSync(resolve(project, "src/deploy/makeSecrets.sh"), "utf8")
    for (const name of it_.secrets ?? []) {
      assert.strictEqual(compose.secrets[name]?.file, `./secrets/${name}`)
      assert.match(script, new RegExp(`make ${name.replace(".", "\\.")} |for name in .*\\b${name}\\b`, "u"))
    }
    for (const [name, value] of Object.entries(it_.environment ?? {})) {
      if (/PASSWORD|SECRET|REDIS_URL/u.test(name)) assert.strictEqual(name.endsWith("_FILE"), true, name)
      if (name.endsWith("_FILE")) assert.include(it_.secrets ?? [], value.replace("/run/secrets/", ""))
    }
  })
})

describe("docker-compose.yml", () => {
  it("publishes the ports of the service only, on this machine only", () => {
    assert.deepStrictEqual(
      services.flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`)),
      ["service 127.0.0.1:4003:4003", "service 127.0.0.1:4008:4008"]
    )
    assert.strictEqual(service.environment?.["PORT_MESSAGES_USERS"], "4003")
    assert.strictEqual(service.environment?.["PORT"], "4008")
  })

  it("keeps the neighbours on a network without a way out", () => {
    assert.isTrue(compose.networks["back"]?.internal)
    for (const neighbour of [redis, mysql, encryption, migrate]) assert.deepStrictEqual(neighbour.networks, ["back"])
  })

  it("has a Redis that forgets nothing", () => {
    assert.include(redis.command?.join(" "), "--appendonly yes --appendfsync always")
    assert.include(redis.command?.join(" "), "--maxmemory-policy noeviction")
    assert.include(redis.volumes ?? [], "redis:/data")
    assert.include(mysql.volumes ?? [], "mysql:/var/lib/mysql")
    assert.hasAllKeys(compose.volumes, ["redis", "mysql"])
  })

  it("starts the service when its neighbours are well and the ledger is there, with an account that may not make it", () => {
    assert.deepStrictEqual(service.depends_on, {
      redis: { condition: "service_healthy" },
      encryption: { condition: "service_healthy" },
      migrate: { condition: "service_completed_successfully" }
    })
    assert.deepStrictEqual(migrate.depends_on, { mysql: { condition: "service_healthy" } })
    assert.strictEqual(service.environment?.["MIGRATE"], "off")
    assert.strictEqual(service.environment?.["MYSQL_USER"], "service")
    assert.strictEqual(migrate.environment?.["MYSQL_USER"], "migrate")
  })

  it("waits longer for the service to leave than the service does for its jobs", () => {
    assert.isAbove(seconds(service.stop_grace_period), seconds(service.environment?.["SHUTDOWN_GRACE"]))
  })

  it("sets variables that the service has, and no other", () => {
    for (const name of Object.keys(service.environment ?? {})) assert.property(variables, name.replace(/_FILE$/u, ""))
  })

  it("holds nothing that looks like a secret", () => {
    assert.notMatch(composeText.replaceAll(/sha256:[0-9a-f]{64}/gu, ""), /[0-9a-zA-Z+/]{24,}/u)
  })
})
