// What work leaves to others, counted: how long it takes says more of the machine than of the work.
import pg from 'pg'
import { vi } from 'vitest'
import { withTenant } from '../db/scope'
import type { ResolvedTenant } from '../tenancy/resolve'

/** How many units of work of another tenant, one after another, are done while `work` runs. */
export async function unitsBeside(other: ResolvedTenant, work: () => Promise<unknown>): Promise<number> {
  let [isOver, done] = [false, 0]
  const whole = work().finally(() => {
    isOver = true
  })
  while (!isOver) {
    await withTenant(other.ref, (tx) => tx.$queryRaw`SELECT 1`)
    done++
  }
  await whole
  return done
}

/** How often the event loop turns while `work` runs. */
export async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let [isOver, turns] = [false, 0]
  const count = () => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  await work().finally(() => {
    isOver = true
  })
  return turns
}

/** The text of each statement that is sent while `work` runs, those in one list that are sent before the first of them is answered. */
export async function packetsDuring(work: () => Promise<unknown>): Promise<string[][]> {
  const packets: string[][] = []
  const open = new Map<pg.Client, { packet: string[]; pending: number }>()
  const query = pg.Client.prototype.query as (...args: unknown[]) => unknown
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [first] = args
    const text = typeof first === 'string' ? first : (first as { text: string }).text
    const own = open.get(this) ?? { packet: [], pending: 0 }
    open.set(this, own)
    if (own.pending === 0) {
      own.packet = []
      packets.push(own.packet)
    }
    own.packet.push(text)
    own.pending++
    const asked = query.apply(this, args)
    const answered = () => void own.pending--
    if (asked instanceof Promise) asked.then(answered, answered)
    return asked
  } as never)
  await work().finally(() => spy.mockRestore())
  return packets
}

/** The text of each statement that is sent while `work` runs. */
export const statementsDuring = async (work: () => Promise<unknown>): Promise<string[]> => (await packetsDuring(work)).flat()

/** How many units of work `work` takes; what runs in the background meanwhile counts too. */
export const unitsDuring = async (work: () => Promise<unknown>): Promise<number> =>
  (await statementsDuring(work)).filter((text) => text.startsWith('BEGIN')).length
