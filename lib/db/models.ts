import type pg from 'pg'
import type { Found } from './raw'
import type { Unit } from './unit'

/** What Prisma makes of a transaction, opened when a model is first used: what it does around one costs as much as a small statement. */
interface Client<Tx> {
  $transaction<R>(work: (tx: Tx) => Promise<R>, options: { maxWait: number; timeout: number }): Promise<R>
}

/** The unit of work says itself how long it may take. */
const patience = { maxWait: 60_000, timeout: 600_000 }

type Action = (...args: unknown[]) => Promise<unknown>
type Models = Record<string, Record<string, Action>>

/**
 * The models of a unit of work, as a transaction of Prisma gives them. `close` has to be waited for when it is over.
 * @param within runs what opens the transaction, where it finds the connection that it is to use
 */
export function modelsOf<Tx extends object>(
  client: Client<Tx>,
  within: (open: () => void) => void,
): { tx: Tx; close: () => Promise<void> } {
  let opened: Promise<Models> | undefined
  let ended: Promise<void> = Promise.resolve()
  let end = () => {}
  const over = new Promise<void>((resolve) => {
    end = resolve
  })
  const open = () => {
    opened ??= new Promise<Models>((resolve, reject) => {
      const hand = (tx: Tx) => {
        resolve(tx as Models)
        return over
      }
      within(() => {
        ended = client.$transaction(hand, patience).catch(reject)
      })
    })
    return opened
  }
  const known = new Map<string, unknown>()
  const modelNamed = (name: string, model: object) =>
    new Proxy(model, {
      get: (target, action: string) => {
        if (typeof Reflect.get(target, action) !== 'function') return Reflect.get(target, action)
        return (...args: unknown[]) => {
          const asked = open().then((models) => models[name]?.[action]?.(...args))
          // One that nobody comes to wait for, since something else failed first, ends no process.
          asked.catch(() => {})
          return asked
        }
      },
    })
  const tx = new Proxy(client, {
    get: (target, name) => {
      if (typeof name !== 'string' || name.startsWith('$') || name.startsWith('_')) return Reflect.get(target, name)
      if (!known.has(name)) {
        const model: unknown = Reflect.get(target, name)
        known.set(name, typeof model === 'object' && model !== null ? modelNamed(name, model) : model)
      }
      return known.get(name)
    },
  })
  return {
    tx: tx as unknown as Tx,
    async close() {
      end()
      await ended
    },
  }
}

const bounds = new Set(['BEGIN', 'COMMIT', 'ROLLBACK'])

/** The connection of a unit of work as Prisma's adapter takes one: when it begins and ends is not Prisma's to say. */
export function lentTo(unit: Unit): pg.PoolClient {
  const nothing: Found = { rows: [], rowCount: 0, fields: [] }
  const query = (statement: { text: string }) => (bounds.has(statement.text) ? Promise.resolve(nothing) : unit.ask(statement))
  return { query, on: () => {}, removeListener: () => {}, release: () => {} } as unknown as pg.PoolClient
}
