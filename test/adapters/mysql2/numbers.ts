const digits = `(${Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} AS digit`).join(" UNION ALL ")})`
const places = [1, 10, 100, 1000, 10_000, 100_000]

/** A table `numbers` with a column `seq`, 1 to `count` (at most a million), in the grammar that MySQL and MariaDB share. */
export const numbersTo = (count: number): string =>
  `(SELECT 1 + ${places.map((place) => `${place} * p${place}.digit`).join(" + ")} AS seq
    FROM ${places.map((place) => `${digits} AS p${place}`).join(" CROSS JOIN ")} HAVING seq <= ${count}) AS numbers`
