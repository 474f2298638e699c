import type { Mutant } from "../Mutant.ts"

/** Answers and jobs that are believed, or do harm. */
export const hostile: ReadonlyArray<Mutant> = [
  {
    name: "a ciphertext need not be base64",
    file: "src/adapters/soap/readEncryptResponse.ts",
    text: " && isBase64(phone) && isBase64(password)",
    broken: "",
    test: "test/adapters/soap/EncryptorSoap.test.ts",
    title: "that is $name is refused at once"
  },
  {
    name: "values are escaped twice for the encryption service",
    file: "src/adapters/soap/encodeRequest.ts",
    text: "(letter) => escapes[letter] ?? letter)",
    broken: `(letter) => escapes[letter] ?? letter).replaceAll("&", "&amp;")`,
    test: "test/adapters/soap/encodeRequest.test.ts",
    title: "says to an independent XML parser exactly what was typed, in one phone and one password"
  },
  {
    name: "what was stored is not read again",
    file: "src/adapters/mysql2/version1/applyRoutine.ts",
    text: "IF v_exact <> 1 THEN",
    broken: "IF FALSE THEN",
    test: "test/adapters/mysql2/LedgerMySql.test.ts",
    title: "refuses $name, and nothing has changed"
  },
  {
    name: "an expired token is believed where the token service calls it valid",
    file: "src/adapters/tokenapi/readAnswer.ts",
    text: `hasExpired(verdict.Id, now) ? invalid("expired") : subjectOf(verdict.Id)`,
    broken: "subjectOf(verdict.Id)",
    test: "test/adapters/tokenapi/readAnswer.test.ts",
    title: "believes Status false and claims that have expired"
  },
  {
    name: "a JSON object may have two members of one name",
    file: "src/domain/JsonObject.ts",
    text: "names.length === countNames(text) &&",
    broken: "",
    test: "test/adapters/tokenapi/readAnswer.test.ts",
    title: "makes nothing of the body %s"
  },
  {
    name: "an answer may be of any size",
    file: "src/adapters/undici/HttpExchangeUndici.ts",
    text: "maxResponseSize: maxBody",
    broken: "maxResponseSize: -1",
    test: "test/adapters/undici/HttpExchangeUndici.test.ts",
    title: "reads 64 KiB and not a byte more"
  },
  {
    name: "a user may have any number of connections",
    file: "src/adapters/socketio/seats.ts",
    text: " || (taken.get(userId) ?? 0) >= connectionsOfUser",
    broken: "",
    test: "test/adapters/socketio/limits.test.ts",
    title: "has twenty seats for each user, asks the next client to come later, and gives a seat that is free"
  }
]
