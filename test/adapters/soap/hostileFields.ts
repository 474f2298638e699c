import { numbers } from "./answers.ts"

/** What users and strangers might type, each to come out exactly or to be refused. */
export const corpus: ReadonlyArray<string> = [
  "<![CDATA[x]]></password><phone>INJECTED</phone><password><![CDATA[y]]>",
  "</phone><password>set by another field</password><phone>",
  "<password>x</password>",
  "</EncryptRequest></soap:Body></soap:Envelope>",
  ..."&,<,>,\",',]]>,]],&&&,<<<,>>>,;,%,\\,/,=,{,}".split(","),
  "&amp;",
  "&amp;amp;",
  "&lt;&gt;&quot;&apos;",
  "&#60;&#x3c;&#0;&#xD800;",
  "&bogus;",
  "&",
  "a&b",
  "<![CDATA[",
  "]]]]><![CDATA[>",
  "<!-- x -->",
  "<!DOCTYPE x>",
  '<?xml version="1.0"?>',
  "<?x y?>",
  "{$xml}",
  "{_xml}",
  "{attributes}",
  "$& $1 $$ $` $'",
  "${x} #{x} %s %00 \\u0000 \\x3c",
  "[object Object]",
  "__proto__",
  "  spaces at both ends  ",
  " ",
  "\t",
  "\n",
  "\r",
  "\r\n",
  "a\tb\nc\rd",
  "\0",
  "a\0b",
  "\x01\x08\x0B\x0C\x1F",
  "\x7F",
  "\x85\x9F",
  "\u2028\u2029",
  "\uD800",
  "\uDC00",
  "\uDC00\uD800",
  "a\uD83Db",
  "\uFFFD",
  "\uFFFE",
  "\uFFFF",
  "\uFEFFa",
  "a\uFEFF",
  "\u200B\u200D\u2060",
  "\u202Eabc\u202C",
  "e\u0301",
  "\u00E9",
  "\u1E9B\u0323",
  "ﬁ Å Å",
  "🔑👩‍👩‍👧‍👦🇩🇪",
  "\u{10FFFF}\u{1FFFE}",
  "עברית العربية",
  "語".repeat(256),
  "🔑".repeat(256),
  "&".repeat(256),
  "<".repeat(256),
  "x".repeat(1_000_000)
]

const pieces: ReadonlyArray<string> = [
  ..."&&&<<<>>>'\"];[!-/?=#x aZ9",
  ..."\r\n\t\0\u0001\u007F\u0085\u2028\u200B\u200D\u202E\uFEFF\uFFFD\uFFFE\u0301éß語",
  "\uD800",
  "\uDC00",
  "🔑",
  "👩‍👩‍👧‍👦",
  "\u{10FFFF}",
  "]]>",
  "<![CDATA[",
  "&amp;",
  "&#38;",
  "&#13;",
  "</password>",
  "<phone>",
  "<!--",
  "-->",
  "عر"
]
const harmless = pieces.filter((piece) => /^[^\p{Cc}\p{Cs}<>\uFFFE]*$/u.test(piece))

/** Random strings from a seed: of any pieces, and as often of those that can be sent; now and then 256 characters long. */
export const makeStrings = (seed: number): (() => string) => {
  const random = numbers(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  return () => {
    const from = below(2) === 0 ? pieces : harmless
    const length = below(50) === 0 ? 256 : 1 + below(12)
    return Array.from({ length }, () => from[below(from.length)] ?? "").join("")
  }
}
