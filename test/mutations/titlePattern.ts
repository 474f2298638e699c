const places = /\\\$\w+|%[a-z]/gu

/** Matches the whole name of each test that a title of the code stands for; places for values, `$name` or `%s`, match anything. */
export const titlePattern = (title: string): string =>
  `${title.replaceAll(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`).replaceAll(places, ".*")}$`
