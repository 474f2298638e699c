/** A connection of a driver that writes each command by itself. */
interface Connection {
  on(event: "connect", listener: () => void): unknown
}

interface Stream {
  write(...args: ReadonlyArray<unknown>): boolean
  cork(): void
  uncork(): void
}

/**
 * Has all that is written to a connection within one turn of the event loop leave in one system call: the kernel's share of a small
 * command is larger than the command's. Nothing is held back longer than that turn.
 */
export const coalesceWrites = (connection: Connection): void => {
  connection.on("connect", () => {
    const { stream } = connection as Connection & { readonly stream: Stream }
    const write = stream.write.bind(stream)
    let isCorked = false
    const uncork = () => {
      isCorked = false
      stream.uncork()
    }
    stream.write = (...args) => {
      if (!isCorked) {
        isCorked = true
        stream.cork()
        setImmediate(uncork)
      }
      return write(...args)
    }
  })
}
