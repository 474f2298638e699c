import { createHmac, timingSafeEqual } from "node:crypto"
import Bull from "bull"
import mysql from "mysql2/promise"
import { io } from "socket.io-client"
import { Pool } from "undici"

/**
 * The same job tuned by hand for speed alone: async and await, a pool of connections for each neighbour, fifty jobs at a time, tokens
 * verified without a thread. It has no ledger, no order, no retries, and believes every answer. It reads the same `.env` as the service.
 */
const {
  REDIS_URL = "",
  QUEUE_NAME = "",
  PORT_ENCRYPT = "",
  PORT_MESSAGES_USERS = "",
  API_JWT,
  JWT_SECRET_KEY = "",
  MYSQL_HOST = "",
  MYSQL_PORT,
  MYSQL_USER = "",
  MYSQL_PASSWORD = "",
  MYSQL_DATABASE = "",
  CONCURRENCY = "50"
} = process.env

interface Job {
  readonly Id: string
  readonly Token: string
  readonly Phone: string
  readonly Password: string
  readonly Username: string
  readonly Image: string
}

const concurrency = Number(CONCURRENCY)
const soap = new Pool(new URL(PORT_ENCRYPT).origin, { connections: concurrency })
const tokenApi = API_JWT === undefined ? undefined : new Pool(new URL(API_JWT).origin, { connections: concurrency })
const database = mysql.createPool({
  host: MYSQL_HOST,
  port: Number(MYSQL_PORT),
  user: MYSQL_USER,
  password: MYSQL_PASSWORD,
  database: MYSQL_DATABASE,
  connectionLimit: 20
})
const hub = io(PORT_MESSAGES_USERS, { transports: ["websocket"] })

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" }
const escape = (text: string) => text.replace(/[&<>]/gu, (letter) => escapes[letter] ?? letter)

const verifyHere = (Token: string) => {
  const [header = "", payload = "", signature = ""] = Token.split(".")
  const expected = createHmac("sha256", JWT_SECRET_KEY).update(`${header}.${payload}`).digest()
  if (!timingSafeEqual(expected, Buffer.from(signature, "base64url"))) throw new Error("bad signature")
  return JSON.parse(Buffer.from(payload, "base64url").toString())
}

const verifyThere = async (pool: Pool, Token: string) => {
  const headers = { "content-type": "application/json" }
  const { statusCode, body } = await pool.request({
    path: "/Verify_Jwt",
    method: "POST",
    headers,
    body: JSON.stringify({ Token })
  })
  const answer = JSON.parse(await body.text())
  if (statusCode !== 200 || answer.Status !== true) throw new Error("bad token")
  return answer.Id
}

const verify = async ({ Token, Id }: Job) => {
  const claims = tokenApi === undefined ? verifyHere(Token) : await verifyThere(tokenApi, Token)
  if (claims.Id !== Id || claims.exp * 1000 < Date.now()) throw new Error("expired, or another user's token")
}

const encrypt = async ({ Phone, Password }: Job) => {
  const { statusCode, body } = await soap.request({
    path: "/",
    method: "POST",
    headers: { "content-type": "text/xml; charset=utf-8" },
    body: `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><EncryptRequest xmlns="http://encrypt.com/"><phone>${escape(Phone)}</phone><password>${escape(Password)}</password></EncryptRequest></soap:Body></soap:Envelope>`
  })
  const text = await body.text()
  const [, phone] = /<EncryptedPhone>([^<]+)</u.exec(text) ?? []
  const [, password] = /<EncryptedPassword>([^<]+)</u.exec(text) ?? []
  if (statusCode !== 200 || !phone || !password) throw new Error("encryption failed")
  return { phone, password }
}

const handle = async ({ id, data }: Bull.Job<Job>) => {
  const tell = (Status: boolean, Message: string) => hub.emit("Profile", { Id: `${data.Id}_Update_User`, Status, Message })
  try {
    await verify(data)
    const { phone, password } = await encrypt(data)
    await database.execute("CALL UpdateRecord(?, ?, ?, ?, ?)", [data.Id, phone, password, data.Username, data.Image])
    tell(true, "User updated successfully")
    process.stdout.write(`${new Date().toISOString()} job ${id} done\n`)
  } catch (error) {
    tell(false, "Error processing job")
    process.stdout.write(`${new Date().toISOString()} job ${id} failed: ${String(error)}\n`)
    throw error
  }
}

const queue = new Bull<Job>(QUEUE_NAME, REDIS_URL)
hub.once("connect", () => void queue.process(concurrency, handle))

process.once("SIGTERM", () => void queue.close().then(() => process.exit(0)))
