import type pg from 'pg'
import { isInBackground } from '../core/background'

/** While people wait, background work has one turn in so many, so that it is slow and never still. */
const backgroundEvery = 8

type Answer = (error: Error | undefined, client: pg.PoolClient | undefined, done: pg.PoolClient['release']) => void

/**
 * Lends the connections of a pool: whatever somebody waits for goes before background work, which never holds more than
 * half of several. Within each the first that came is the first served.
 */
export function inTurns(pool: pg.Pool, size: number): pg.Pool {
  const share = Math.ceil(size / 2)
  const connect = pool.connect.bind(pool) as (answer: Answer) => void
  const waiting: { people: Answer[]; background: Answer[] } = { people: [], background: [] }
  const lent = new Map<pg.PoolClient, boolean>()
  let [held, heldInBackground, sinceBackground] = [0, 0, 0]

  /** Whose turn it is: true for background work, null when nobody may go. */
  const turn = (): boolean | null => {
    const mayWork = waiting.background.length > 0 && heldInBackground < share
    if (waiting.people.length === 0) return mayWork || null
    return mayWork && sinceBackground >= backgroundEvery - 1
  }

  const giveBack = (wasBackground: boolean) => {
    held--
    if (wasBackground) heldInBackground--
    lend()
  }

  function lend() {
    while (held < size) {
      const isBackground = turn()
      if (isBackground === null) return
      const answer = (isBackground ? waiting.background : waiting.people).shift() as Answer
      held++
      if (isBackground) heldInBackground++
      sinceBackground = isBackground ? 0 : sinceBackground + 1
      connect((error, client, done) => {
        if (client) lent.set(client, isBackground)
        else giveBack(isBackground)
        answer(error, client, done)
      })
    }
  }

  pool.on('release', (_error: Error, client: pg.PoolClient) => {
    const wasBackground = lent.get(client)
    if (wasBackground === undefined) return
    lent.delete(client)
    giveBack(wasBackground)
  })

  const take = (answer: Answer) => {
    waiting[isInBackground() ? 'background' : 'people'].push(answer)
    lend()
  }
  const ask = (answer?: Answer) =>
    answer
      ? take(answer)
      : new Promise<pg.PoolClient>((resolve, reject) => {
          take((error, client) => (client ? resolve(client) : reject(error)))
        })
  return Object.assign(pool, { connect: ask as pg.Pool['connect'] })
}
