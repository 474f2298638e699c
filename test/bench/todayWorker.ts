import { createSecretKey } from "node:crypto"
import Bull from "bull"
import { jwtVerify } from "jose"
import mysql from "mysql2/promise"
import { createClientAsync } from "soap"
import { io } from "socket.io-client"
import { encryptWsdl } from "../../src/domain/encryptWsdl.ts"

/**
 * The worker that people run today, as its tutorial would have it: one job after another, one connection to the database, a client of
 * the `soap` package made once, `fetch` for the token API, one line of log for each step. It reads the same `.env` as the service.
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

const log = (text: string) => process.stdout.write(`${new Date().toISOString()} ${text}\n`)

const verify = async ({ Token, Id }: Job) => {
  if (API_JWT === undefined) {
    const { payload } = await jwtVerify(Token, createSecretKey(Buffer.from(JWT_SECRET_KEY)))
    if (payload["Id"] !== Id) throw new Error("another user's token")
    return
  }
  const headers = { "content-type": "application/json" }
  const response = await fetch(`${API_JWT}/Verify_Jwt`, { method: "POST", headers, body: JSON.stringify({ Token }) })
  const answer = (await response.json()) as { readonly Status?: boolean }
  if (!response.ok || answer.Status !== true) throw new Error("bad token")
}

const database = await mysql.createConnection({
  host: MYSQL_HOST,
  port: Number(MYSQL_PORT),
  user: MYSQL_USER,
  password: MYSQL_PASSWORD,
  database: MYSQL_DATABASE
})
const soap = await createClientAsync(encryptWsdl, { endpoint: PORT_ENCRYPT })
const hub = io(PORT_MESSAGES_USERS)

const encrypt = async ({ Phone, Password }: Job) => {
  const _xml = `<EncryptRequest xmlns="http://encrypt.com/"><phone>${Phone}</phone><password>${Password}</password></EncryptRequest>`
  const [answer] = await soap["EncryptAsync"]({ _xml })
  return { phone: answer.EncryptedPhone, password: answer.EncryptedPassword }
}

const handle = async ({ id, data }: Bull.Job<Job>) => {
  const tell = (Status: boolean, Message: string) => hub.emit("Profile", { Id: `${data.Id}_Update_User`, Status, Message })
  log(`job ${id} of ${data.Id} begins`)
  try {
    await verify(data)
    log(`job ${id}: token verified`)
    const { phone, password } = await encrypt(data)
    log(`job ${id}: encrypted`)
    await database.query("CALL UpdateRecord(?, ?, ?, ?, ?)", [data.Id, phone, password, data.Username, data.Image])
    tell(true, "User updated successfully")
    log(`job ${id}: done`)
  } catch (error) {
    tell(false, "Error processing job")
    log(`job ${id}: failed: ${String(error)}`)
    throw error
  }
}

const queue = new Bull<Job>(QUEUE_NAME, REDIS_URL)
hub.once("connect", () => void queue.process(handle))

process.once("SIGTERM", () => void queue.close().then(() => process.exit(0)))
