import { gzipSync } from "node:zlib"
import { type Socket } from "node:net"
import { type EncryptionFailed } from "../../../src/domain/Errors.ts"
import { body, envelope, good } from "./answers.ts"

/** What a hostile service says once it has heard a request; `other` is the address of a second host. */
export type Say = (socket: Socket, other: string) => void

/** How a call ends: with a reason at once, `again` where it is asked for again, or `right` where the answer can be read in one way only. */
export type Ending = EncryptionFailed["reason"] | "again" | "right"

/** One hostile answer; its id is the row of the corpus. */
export interface HostileAnswer {
  readonly id: string
  readonly what: string
  readonly ends: Ending
  readonly say: Say
  /** With `ENCRYPT_CHECK_LENGTH=true`. */
  readonly checked?: true
}

/** A phone and a password whose ciphertexts have ten and six bytes where lengths are checked. */
export const plain = { phone: "0912345678", password: "secret" } as const
const phone = Buffer.alloc(10, 1).toString("base64")
const password = Buffer.alloc(6, 2).toString("base64")

const raw =
  (head: string, content: string | Buffer = "") =>
  (socket: Socket) => {
    socket.write(`HTTP/1.1 ${head}\r\n\r\n`)
    socket.write(content)
  }
const http = (status: string, content: string | Buffer, ...headers: ReadonlyArray<string>) =>
  raw([status, `content-length: ${Buffer.byteLength(content)}`, ...headers].join("\r\n"), content)
const ok = (content: string | Buffer, ...headers: ReadonlyArray<string>) => http("200 OK", content, ...headers)

const refused = (id: string, what: string, content: string | Buffer, ...headers: ReadonlyArray<string>): HostileAnswer => ({
  id,
  what,
  ends: "badAnswer",
  say: ok(content, ...headers)
})
const said = (id: string, what: string, ends: Ending, say: Say): HostileAnswer => ({ id, what, ends, say })
const redirect = (id: string, what: string, status: string): HostileAnswer =>
  said(id, what, "rejected", (socket, other) => http(status, good, `location: ${other}/`)(socket))
const checked = (answer: HostileAnswer): HostileAnswer => ({
  ...answer,
  what: `${answer.what}, lengths checked`,
  checked: true
})

const page = "<html><body>secret 0912345678</body></html>"
const fault = (text: string) =>
  envelope(`<soap:Fault><faultcode>soap:Server</faultcode><faultstring>${text}</faultstring></soap:Fault>`)
const dtd = (subset: string, value = "QQ==") => `<!DOCTYPE x ${subset}>${envelope(body(value))}`
const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join("")

const pour = (socket: Socket, left: number) => {
  if (left > 0 && !socket.destroyed) socket.write(Buffer.alloc(65_536, "<"), () => pour(socket, left - 65_536))
}
const drip = (socket: Socket, text: string, millis: number) => {
  if (text === "" || socket.destroyed) return
  socket.write(text.slice(0, 1), () => setTimeout(() => drip(socket, text.slice(1), millis), millis))
}

const redirects: ReadonlyArray<HostileAnswer> = [
  ...["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect", "300 Choices"].map(
    (status) => redirect("X1", `${status} to another host`, status)
  ),
  said("X1", "a refresh to another host", "badAnswer", (socket, other) => ok(page, `refresh: 0; url=${other}/`)(socket)),
  said("X2", "307 to nowhere", "rejected", http("307 Temporary Redirect", good)),
  said("X2", "307 to itself", "rejected", http("307 Temporary Redirect", good, "location: /"))
]

const statuses: ReadonlyArray<HostileAnswer> = [
  ...["500 Error", "503 Unavailable", "502 Bad Gateway", "599 x"].map((status) =>
    said("X3", `${status} with a valid body`, "again", http(status, good))
  ),
  refused("X4", "200 with a page", page, "content-type: text/html"),
  said("X4", "404 with a page", "rejected", http("404 Not Found", page)),
  said("X4", "404 with a valid body", "rejected", http("404 Not Found", good)),
  said("X4", "201 with a valid body", "rejected", http("201 Created", good)),
  refused("X5", "200 with nothing", ""),
  refused("X5", "200 with JSON", `{"EncryptedPhone":"QQ==","EncryptedPassword":"Qg=="}`, "content-type: application/json"),
  said("X5", "204", "rejected", raw("204 No Content")),
  refused("X6", "a fault", fault("no")),
  refused("X6", "a fault with a page in it", fault(page)),
  refused("X6", "a fault beside an answer", envelope(`${body()}<soap:Fault/>`)),
  said("X6", "a fault with 500", "again", http("500 Error", fault("secret")))
]

const shapes: ReadonlyArray<HostileAnswer> = [
  refused("X7", "another namespace in the body", envelope(body().replace("http://encrypt.com/", "http://evil.com/"))),
  refused("X7", "no namespace in the body", envelope(body().replace(` xmlns="http://encrypt.com/"`, ""))),
  refused("X7", "SOAP 1.2", envelope(body(), `xmlns:soap="http://www.w3.org/2003/05/soap-envelope"`)),
  refused("X7", "no envelope", body()),
  refused("X8", "a missing value", envelope(body().replace("<EncryptedPhone>QQ==</EncryptedPhone>", ""))),
  refused("X8", "a value twice", envelope(body("QQ==</EncryptedPhone><EncryptedPhone>Qg=="))),
  refused("X8", "a nested value", envelope(body("<a>QQ==</a>"))),
  refused("X8", "an empty value", envelope(body(""))),
  refused("X8", "an empty tag", envelope(body().replace("<EncryptedPhone>QQ==</EncryptedPhone>", "<EncryptedPhone/>"))),
  refused("X8", "a nil value", envelope(body().replace("<EncryptedPhone>", `<EncryptedPhone nil="true">`))),
  refused("X8", "an answer twice", envelope(body() + body())),
  said("X9", "DOCTYPE with an external id", "badAnswer", (socket, other) => ok(dtd(`SYSTEM "${other}/x.dtd"`))(socket)),
  said("X9", "DOCTYPE with a public id", "badAnswer", (socket, other) => ok(dtd(`PUBLIC "x" "${other}/x.dtd"`))(socket)),
  refused("X9", "an empty DOCTYPE", dtd("[]")),
  refused("X10", "an external entity of a file", dtd(`[<!ENTITY e SYSTEM "file:///etc/passwd">]`, "&e;")),
  said("X10", "an external entity of another host", "badAnswer", (socket, other) =>
    ok(dtd(`[<!ENTITY e SYSTEM "${other}/">]`, "&e;"))(socket)
  ),
  said("X10", "a parameter entity", "badAnswer", (socket, other) => ok(dtd(`[<!ENTITY % p SYSTEM "${other}/"> %p;]`))(socket)),
  refused("X10", "a billion laughs", dtd(`[<!ENTITY l0 "QQ==">${laughs}]`, "&l9;")),
  refused("X10", "quadratic blow-up", dtd(`[<!ENTITY a "${"Q".repeat(30_000)}">]`, "&a;".repeat(9_000))),
  refused("X11", "an id that is __proto__", envelope(body().replace("<EncryptedPhone>", `<EncryptedPhone id="__proto__">`))),
  refused(
    "X11",
    "a reference to __proto__",
    envelope(body().replace("<EncryptedPhone>", `<EncryptedPhone href="#__proto__">`))
  ),
  refused(
    "X11",
    "attributes of the envelope",
    envelope(body(), `xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" id="__proto__"`)
  ),
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"].map((name) =>
    refused("X12", `an element named ${name}`, envelope(body("QQ==", `<${name}>x</${name}>`)))
  ),
  refused("X12", "an answer named __proto__", envelope(body().replaceAll("EncryptResponse", "__proto__")))
]

const sizes: ReadonlyArray<HostileAnswer> = [
  said("X13", "50 MB", "badAnswer", (socket) => {
    raw("200 OK\r\ncontent-length: 50000000")(socket)
    pour(socket, 50_000_000)
  }),
  said("X13", "50 MB without a length", "badAnswer", (socket) => {
    raw("200 OK\r\nconnection: close")(socket)
    pour(socket, 50_000_000)
  }),
  refused("X13", "60 MB in 58 KB of gzip", gzipSync(Buffer.alloc(60_000_000)), "content-encoding: gzip"),
  refused("X13", "a valid answer in gzip", gzipSync(good), "content-encoding: gzip"),
  refused("X13", "one byte over 64 KiB", good.padEnd(64 * 1024 + 1)),
  said("X13", "1 MB of headers", "badAnswer", (socket) => ok(good, `x: ${"y".repeat(1_000_000)}`)(socket)),
  ...[20_000, 40_000, 60_000, 80_000].map((count) => refused("X14", `${count} brackets`, "<".repeat(count))),
  refused("X14", "30,000 brackets in a value", envelope(body("<".repeat(30_000)))),
  refused("X14", "60,000 ampersands", envelope(body("&".repeat(60_000)))),
  refused("X14", "9,000 attributes", envelope(body(`<a ${Array.from({ length: 6_000 }, (_, n) => `a${n}=""`).join(" ")}/>`))),
  refused("X15", "200,000 nested elements", "<a>".repeat(200_000)),
  refused("X15", "20,000 nested elements", envelope("<a>".repeat(20_000))),
  refused("X15", "17 nested elements", envelope(body("<a>".repeat(13) + "</a>".repeat(13))))
]

const values: ReadonlyArray<HostileAnswer> = [
  refused("X18", "no base64", envelope(body("not base64!"))),
  refused("X18", "base64 of the other alphabet", envelope(body("_-8="))),
  refused("X18", "base64 with bits to spare", envelope(body("QR=="))),
  refused("X18", "base64 with a line break", envelope(body("QQ\n=="))),
  refused("X18", "base64 in an escape", envelope(body("Q&#x200b;Q=="))),
  checked(refused("X18", "too short a ciphertext", envelope(body("QQ==", password)))),
  checked(refused("X18", "too long a ciphertext", envelope(body(phone, phone)))),
  checked(refused("X18", "a ciphertext of over 100 characters", envelope(body("QUFB".repeat(30), password)))),
  checked(refused("X19", "swapped values", envelope(body(password, phone)))),
  refused("X19", "one ciphertext for both", envelope(body(phone, phone))),
  checked(refused("X19", "the answer of another request", envelope(body(phone, Buffer.alloc(9).toString("base64")))))
]

const utf16 = (text: string) => Buffer.from(text, "utf16le")
const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>${good}`
const bom = "\uFEFF"
const utf7 = good.replaceAll("<", "+ADw-").replaceAll(">", "+AD4-")

const encodings: ReadonlyArray<HostileAnswer> = [
  refused("X20", "UTF-7", utf7, "content-type: text/xml; charset=utf-7"),
  refused("X20", "UTF-7 with its mark", `+/v8-${utf7}`, "content-type: text/xml; charset=utf-7"),
  refused("X20", "UTF-8 that is declared UTF-7", declared("UTF-7")),
  refused("X20", "UTF-8 that is declared Latin-1", declared("ISO-8859-1")),
  refused("X20", "UTF-8 that is declared UTF-16", declared("UTF-16")),
  refused("X20", "UTF-16 LE", utf16(good)),
  refused("X20", "UTF-16 LE with its mark", utf16(bom + declared("UTF-16"))),
  refused("X20", "UTF-16 BE", utf16(good).swap16()),
  refused("X20", "UTF-16 BE with its mark", utf16(bom + declared("UTF-16")).swap16(), "content-type: text/xml; charset=utf-16"),
  refused("X20", "UTF-32", Buffer.from([...good].flatMap((letter) => [0, 0, 0, letter.charCodeAt(0)]))),
  refused("X20", "overlong UTF-8", Buffer.concat([Buffer.from([0xc0, 0xbc]), Buffer.from(good.slice(1))])),
  refused("X20", "a NUL at the end", `${good}\0`),
  refused("X20", "two byte order marks", bom + bom + good),
  said("X20", "UTF-8 with its mark", "right", ok(bom + good)),
  said("X20", "UTF-8 that is labelled UTF-16", "right", ok(good, "content-type: text/xml; charset=utf-16")),
  said("X20", "UTF-8 that is labelled UTF-7", "right", ok(good, "content-type: text/xml; charset=utf-7")),
  said("X20", "two labels", "right", ok(good, "content-type: text/xml", "content-type: text/html; charset=utf-16"))
]

const forged = envelope(body("ZXZpbA==", "ZXZpbA=="))
const length = Buffer.byteLength(good)

const headers: ReadonlyArray<HostileAnswer> = [
  said("X20", "a header that ends the head", "badAnswer", ok(good, `x: y\r\n\r\n${forged}`)),
  said("X20", "another answer behind the first", "right", (socket) => {
    ok(good)(socket)
    ok(forged)(socket)
  }),
  said("X20", "two lengths", "again", raw(`200 OK\r\ncontent-length: ${length}\r\ncontent-length: 5`, good)),
  said("X20", "a negative length", "badAnswer", raw("200 OK\r\ncontent-length: -1", good)),
  said("X20", "a length and chunks", "again", raw(`200 OK\r\ncontent-length: ${length}\r\ntransfer-encoding: chunked`, good)),
  said("X20", "a bad chunk", "badAnswer", raw("200 OK\r\ntransfer-encoding: chunked", `zz\r\n${good}`)),
  said("X20", "a folded header", "badAnswer", raw(`200 OK\r\nx: a\r\n b\r\ncontent-length: ${length}`, good)),
  said("X20", "a bare line feed", "badAnswer", raw(`200 OK\nx: a\r\ncontent-length: ${length}`, good)),
  said("X20", "a bare carriage return", "badAnswer", raw(`200 OK\r\nx: a\rb\r\ncontent-length: ${length}`, good)),
  said("X20", "a NUL in a header", "badAnswer", raw(`200 OK\r\nx: a\0b\r\ncontent-length: ${length}`, good)),
  said("X20", "a space before a colon", "badAnswer", raw(`200 OK\r\ncontent-length : ${length}`, good)),
  said("X20", "no HTTP", "badAnswer", (socket) => void socket.write(good))
]

/** X1 to X15 and X18 to X20. */
export const answers = [...redirects, ...statuses, ...shapes, ...sizes, ...values, ...encodings, ...headers]

/** X16 and X17: what takes longer than the five seconds. */
export const slow: ReadonlyArray<HostileAnswer> = [
  said("X16", "says nothing", "again", () => undefined),
  said("X16", "stops in its head", "again", (socket) => void socket.write("HTTP/1.1 200 OK\r\n")),
  said("X16", "stops in its body", "again", raw(`200 OK\r\ncontent-length: ${length}`, good.slice(0, -1))),
  said("X17", "drips its head", "again", (socket) => drip(socket, `HTTP/1.1 200 OK\r\nx: ${"y".repeat(1_000)}`, 25)),
  said("X17", "drips its body", "again", (socket) => {
    raw(`200 OK\r\ncontent-length: ${length}`)(socket)
    drip(socket, good, 25)
  }),
  said("X17", "drips spaces for ever", "again", (socket) => {
    raw("200 OK\r\ntransfer-encoding: chunked")(socket)
    drip(socket, "1\r\n \r\n".repeat(1_000), 25)
  })
]
