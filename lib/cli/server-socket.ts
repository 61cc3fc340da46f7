import { once } from 'node:events'
import { chmodSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import path from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { asBackground } from '../core/background'
import { DatabaseInUseError } from '../db/embedded'
import { dataPath } from '../env'
import { log } from '../log/log'
import { operations, type Step } from './operations'

type Operations = typeof operations
type Name = keyof Operations
type Answer = { value: unknown } | { error: string }

/** The shorter of its two names: a socket's may have about 100 bytes. */
const socketPath = () => {
  const absolute = path.resolve(dataPath('server.sock'))
  const relative = path.relative(process.cwd(), absolute)
  return relative.length < absolute.length ? relative : absolute
}

/**
 * Lets commands ask this process, which holds the embedded database, to do their work. Whoever may write to the socket in
 * DATA_DIR may read and write the database there as well. @returns what ends it
 */
export async function answerCommands(): Promise<() => Promise<void>> {
  const file = socketPath()
  // Of a process that was killed: the database is ours by now.
  rmSync(file, { force: true })
  const server = createServer({ allowHalfOpen: true }, (socket) => void answer(socket))
  const listening = once(server, 'listening')
  // The socket is there when this returns. A moment longer, and folders that others make meanwhile could not be entered.
  const before = process.umask(0o177)
  server.listen(file)
  process.umask(before)
  await listening
  chmodSync(file, 0o600)
  return () => new Promise((resolve) => server.close(() => resolve()))
}

async function answer(socket: Socket) {
  try {
    const { name, input } = deserialize(await readAll(socket)) as { name: string; input: unknown }
    socket.end(serialize(await answerTo(name, input)))
  } catch (err) {
    log().warn({ err }, 'a command could not be answered')
    socket.destroy()
  }
}

async function answerTo(name: string, input: unknown): Promise<Answer> {
  if (!Object.hasOwn(operations, name)) return { error: `The server does not know "${name}". Restart it: it is of another version.` }
  try {
    const operation = operations[name as Name] as (input: unknown) => Promise<unknown>
    return { value: await asBackground(() => operation(input)) }
  } catch (error) {
    return { error: (error as Error).message }
  }
}

async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Does what a command asks for: here, or in the server that holds the embedded database. */
export async function perform<K extends Name>(
  name: K,
  input: Parameters<Operations[K]>[0],
  step?: Step,
): Promise<Awaited<ReturnType<Operations[K]>>> {
  const operation = operations[name] as (input: unknown, step?: Step) => ReturnType<Operations[K]>
  try {
    return await operation(input, step)
  } catch (error) {
    if (!(error instanceof DatabaseInUseError)) throw error
    return (await askServer(error, name, input)) as Awaited<ReturnType<Operations[K]>>
  }
}

async function askServer(inUse: DatabaseInUseError, name: Name, input: unknown): Promise<unknown> {
  const socket = connect(socketPath())
  socket.end(serialize({ name, input }))
  const bytes = await readAll(socket).catch((error: NodeJS.ErrnoException) => {
    const why =
      error.code === 'EACCES'
        ? 'A server that may be asked runs as another user: run the command as that user.'
        : 'It does not take commands: it is no server, or one that is still starting.'
    throw new DatabaseInUseError(`${inUse.message} ${why}`)
  })
  if (bytes.length === 0) throw new Error('The server stopped before it was done. Start it, or run the command without it.')
  const answer = deserialize(bytes) as Answer
  if ('error' in answer) throw new Error(answer.error)
  return answer.value
}
