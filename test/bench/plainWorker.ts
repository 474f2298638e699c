import { createSecretKey } from "node:crypto"
import { createServer } from "node:http"
import Bull from "bull"
import { jwtVerify } from "jose"
import mysql from "mysql2/promise"
import { Server } from "socket.io"
import { Pool } from "undici"

/**
 * The same job as a competent engineer writes it by hand in an afternoon: async and await, a pool for each neighbour, fifty jobs at a
 * time. It has no ledger, no order, no retries, and believes every answer. It reads the same `.env` as the service.
 */
const {
  REDIS_URL = "",
  QUEUE_NAME = "",
  CONCURRENCY = "50",
  PORT_ENCRYPT = "",
  PORT_MESSAGES_USERS = "",
  JWT_SECRET_KEY = "",
  MYSQL_HOST = "",
  MYSQL_PORT,
  MYSQL_USER = "",
  MYSQL_PASSWORD = "",
  MYSQL_DATABASE = ""
} = process.env

interface Job {
  readonly Id: string
  readonly Token: string
  readonly Phone: string
  readonly Password: string
  readonly Username: string
  readonly Image: string
}

const key = createSecretKey(Buffer.from(JWT_SECRET_KEY))
const soap = new Pool(new URL(PORT_ENCRYPT).origin, { connections: Number(CONCURRENCY) })
const database = mysql.createPool({
  host: MYSQL_HOST,
  port: Number(MYSQL_PORT),
  user: MYSQL_USER,
  password: MYSQL_PASSWORD,
  database: MYSQL_DATABASE,
  connectionLimit: 20
})
const http = createServer()
const hub = new Server(http)
hub.on("connection", (socket) => {
  socket.on("joinRoom", (room: string, done?: () => void) => {
    void socket.join(room)
    done?.()
  })
})

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" }
const escape = (text: string) => text.replace(/[&<>]/gu, (letter) => escapes[letter] ?? letter)

const verify = async ({ Token, Id }: Job) => {
  const { payload } = await jwtVerify(Token, key, { algorithms: ["HS256"], clockTolerance: 5 })
  if (payload["Id"] !== Id) throw new Error("another user's token")
}

const encrypt = async ({ Phone, Password }: Job) => {
  const { statusCode, body } = await soap.request({
    path: "/",
    method: "POST",
    headers: { "content-type": "text/xml; charset=utf-8" },
    body: `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
      <EncryptRequest xmlns="http://encrypt.com/"><phone>${escape(Phone)}</phone><password>${escape(Password)}</password></EncryptRequest>
    </soap:Body></soap:Envelope>`
  })
  const text = await body.text()
  const [, phone] = /<EncryptedPhone>([^<]+)</u.exec(text) ?? []
  const [, password] = /<EncryptedPassword>([^<]+)</u.exec(text) ?? []
  if (statusCode !== 200 || !phone || !password) throw new Error("encryption failed")
  return { phone, password }
}

const handle = async ({ id, data }: Bull.Job<Job>) => {
  const tell = (Status: boolean, Message: string) =>
    hub.to(`${data.Id}_Update_User`).emit("Profile_Response", { Status, Message })
  try {
    await verify(data)
    const { phone, password } = await encrypt(data)
    await database.execute("CALL UpdateRecord(?, ?, ?, ?, ?)", [data.Id, phone, password, data.Username, data.Image])
    tell(true, "User updated successfully")
    process.stdout.write(`${new Date().toISOString()} job ${id} done\n`)
  } catch (error) {
    tell(false, "Error processing job")
    process.stdout.write(`${new Date().toISOString()} job ${id} failed\n`)
    throw error
  }
}

const queue = new Bull<Job>(QUEUE_NAME, REDIS_URL)
http.listen(Number(PORT_MESSAGES_USERS), () => void queue.process(Number(CONCURRENCY), handle))

process.once("SIGTERM", () => void queue.close().then(() => process.exit(0)))
