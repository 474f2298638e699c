import type { Mutant } from "../Mutant.ts"

/** Faults that are noticed too late. */
export const quick: ReadonlyArray<Mutant> = [
  {
    name: "nobody looks for the jobs of a killed worker",
    file: "src/adapters/bull/openQueue.ts",
    text: "stalledInterval: 2000",
    broken: "stalledInterval: 0",
    test: "test/redelivery.test.ts",
    title: "after its worker was killed ends once, and its user hears what is recorded"
  },
  {
    name: "Redis is called again every eight seconds",
    file: "src/domain/RedisAddress.ts",
    text: "Math.min(times * 100, 1000)",
    broken: "times * 8000",
    test: "test/recovery.test.ts",
    title: "jobs are consumed again within three seconds of its answer, and each has succeeded"
  },
  {
    name: "a silent MySQL is waited for",
    file: "src/adapters/mysql2/MySql.ts",
    text: `withConnection("10 seconds",`,
    broken: `withConnection("1 day",`,
    test: "test/adapters/mysql2/MySql.test.ts",
    title: "that is silent is given up after ten seconds, whether its statement was prepared before or not"
  },
  {
    name: "a silent hub elsewhere is taken for alive",
    file: "src/adapters/socketio/NotifierRelay.ts",
    text: "if (Option.isNone(sign)) hub.disconnect()",
    broken: "",
    test: "test/adapters/socketio/NotifierRelay.test.ts",
    title: "notices a hub that is frozen, and tells it all when it thaws"
  }
]
