type Spell = (id: string) => unknown

/** How an Id can be written so that it looks like itself, or counts as itself in a collation that ignores case, accents and spaces at the end. */
export const spellings = {
  exact: (id) => id,
  upper: (id) => id.toUpperCase(),
  lower: (id) => id.toLowerCase(),
  spaceAfter: (id) => `${id} `,
  spacesAfter: (id) => `${id}   `,
  spaceBefore: (id) => ` ${id}`,
  tabAfter: (id) => `${id}\t`,
  lineFeedAfter: (id) => `${id}\n`,
  nulAfter: (id) => `${id}\0`,
  noBreakSpaceAfter: (id) => `${id}\u00A0`,
  fullWidth: (id) => id.replace(/[!-~]/gu, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)),
  accentComposed: (id) => id.replace(/e/u, "é").replace(/1/u, "¹"),
  accentDecomposed: (id) => `${id}\u0301`,
  zeroWidthSpace: (id) => `${id.slice(0, 1)}\u200B${id.slice(1)}`,
  softHyphen: (id) => `${id}\u00AD`,
  byteOrderMark: (id) => `\uFEFF${id}`,
  rightToLeft: (id) => `\u202E${id}`,
  homoglyph: (id) => id.replace(/a/u, "а").replace(/0/u, "О"),
  leadingZero: (id) => `0${id}`,
  decimals: (id) => `${id}.0`,
  quoted: (id) => `'${id}'`,
  quoteAfter: (id) => `${id}'`,
  alwaysTrue: (id) => `${id}'OR'1'='1`,
  commentAfter: (id) => `${id}'--`,
  wildcard: (id) => `${id.slice(0, -1)}%`,
  anyLetter: (id) => `${id.slice(0, -1)}_`,
  number: (id) => Number(id.replace(/\D/gu, "")),
  array: (id) => [id],
  arrayOfTwo: (id) => [id, id],
  object: (id) => ({ Id: id }),
  text: (id) => ({ toString: id, length: id.length }),
  nothing: () => null,
  empty: () => "",
  truth: () => true
} satisfies Readonly<Record<string, Spell>>

/** The name of a spelling. */
export type Spelling = keyof typeof spellings

/** All of them. */
export const spellingNames = Object.keys(spellings) as ReadonlyArray<Spelling>
