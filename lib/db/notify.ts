import { EventEmitter } from 'node:events'
import pg from 'pg'
import { env } from '../env'
import { log } from '../log/log'
import { connection, databaseKind } from './connection'
import { openListener } from './postgres'

const retryMs = 2000
const store = globalThis as typeof globalThis & { __barazaNotify?: EventEmitter; __barazaListener?: Promise<pg.Client> }
const heard = () => {
  store.__barazaNotify ??= new EventEmitter().setMaxListeners(0)
  return store.__barazaNotify
}

/**
 * Tells every process on the database, this one included. It is a hint, not a
 * message: who was not listening finds what happened in the tables. At most 8000 bytes.
 */
export async function notify(channel: string, payload: string) {
  if (databaseKind() === 'embedded')
    heard().emit(channel, payload) // the only process there is
  else {
    const name = env().DATABASE_PREPARED_STATEMENTS === 'on' ? 'notify' : undefined
    await (await connection()).pool.query({ name, text: 'SELECT pg_notify($1, $2)', values: [channel, payload] })
  }
}

/** Hears what any process says on a channel, until the returned function is called. `onGap` runs when something may have been missed. */
export function listen(channel: string, handler: (payload: string) => void, onGap: () => void = () => {}): () => void {
  heard().on(channel, handler)
  heard().on(gap, onGap)
  if (databaseKind() === 'postgres') void subscribe(channel)
  return () => {
    heard().off(channel, handler)
    heard().off(gap, onGap)
  }
}

/** Ends the listening connection; at shutdown. */
export async function stopListening() {
  const open = store.__barazaListener
  store.__barazaListener = undefined
  heard().removeAllListeners()
  await (await open?.catch(() => undefined))?.end()
}

const gap = Symbol('gap')

async function subscribe(channel: string) {
  try {
    store.__barazaListener ??= open()
    await (await store.__barazaListener).query(`LISTEN ${pg.escapeIdentifier(channel)}`)
  } catch (error) {
    log().warn({ err: error }, 'cannot listen to the database; trying again')
  }
}

async function open(): Promise<pg.Client> {
  const client = openListener(env().DATABASE_URL as string)
  client.on('notification', ({ channel, payload }) => heard().emit(channel, payload ?? ''))
  const lost = () => {
    if (!store.__barazaListener) return
    store.__barazaListener = undefined
    setTimeout(reopen, retryMs).unref()
  }
  client.on('error', lost)
  client.on('end', lost)
  await client.connect().catch((error) => {
    store.__barazaListener = undefined
    setTimeout(reopen, retryMs).unref()
    throw error
  })
  return client
}

async function reopen() {
  const channels = heard()
    .eventNames()
    .filter((name) => typeof name === 'string')
  for (const channel of channels) await subscribe(channel)
  if (store.__barazaListener) heard().emit(gap)
}
