import { call } from '@orpc/server'
import type pg from 'pg'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { getViewer } from '../accounts/viewer'
import { drainBackground, isInBackground } from '../core/background'
import { connection } from '../db/connection'
import { withTenant } from '../db/scope'
import { listDepartments } from '../directory/departments'
import { channels } from '../realtime/schema'
import { type ResolvedTenant, resolveHost } from '../tenancy/resolve'
import { hostOf, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'
import { listTickets } from '../tickets/views/lists'
import { readTicketPage } from '../tickets/views/ticket-page'
import { listViews } from '../tickets/views/views'
import { listHeads } from '../wiring/realtime-authorisation'
import { callerOf } from './caller'
import type { CallContext } from './context'
import { readForPage } from './page-unit'

/** How the reads of a page meet the database; the same on both. */
export function describePageUnit() {
  let tenant: ResolvedTenant
  let agent: TestPerson
  let ticketId: string
  let forget = () => {}

  beforeAll(async () => {
    tenant = await makeTenant()
    agent = await makePerson(tenant, 'agent')
    ticketId = (await makeTicket(tenant)).id
  })
  afterEach(() => forget())

  const page = (cookie = agent.cookie): CallContext => ({
    caller: callerOf('page', new Headers({ host: hostOf(tenant), cookie }), 'GET'),
  })

  /** Takes down the statements of all units of work from now on, but for the background's. */
  async function listenIn(): Promise<string[]> {
    await drainBackground()
    const { pool } = await connection()
    const open = pool.connect.bind(pool) as () => Promise<pg.PoolClient>
    const said: string[] = []
    const heard = async () => {
      // What works in the background meanwhile is no part of the page.
      if (isInBackground()) return open()
      const client = await open()
      const query = (...args: unknown[]) => {
        said.push(typeof args[0] === 'string' ? args[0] : (args[0] as { text: string }).text)
        return (client.query as (...args: unknown[]) => unknown).call(client, ...args)
      }
      return {
        query,
        on: client.on.bind(client),
        removeListener: client.removeListener.bind(client),
        release: client.release.bind(client),
      }
    }
    pool.connect = heard as unknown as typeof pool.connect
    forget = () => {
      pool.connect = open as typeof pool.connect
    }
    return said
  }
  const units = (said: string[]) => said.filter((text) => text.startsWith('BEGIN') && text.includes(tenant.ref.id)).length
  const authentications = (said: string[]) => said.filter((text) => text.includes('WITH live AS')).length

  /** What layout and page ask for, as they are rendered: side by side, and one thing after the other. */
  async function open(context: CallContext, body: () => Promise<unknown>) {
    const viewer = call(getViewer, undefined, { context })
    const layout = async () => {
      const { desk } = await viewer
      const names = [channels.desk(desk.id), channels.user(agent.id)]
      await Promise.all([call(listHeads, { channels: names }, { context }), call(listViews, undefined, { context })])
    }
    const inner = async () => {
      await viewer
      await new Promise(setImmediate) // the layout's own components are drawn first
      await body()
    }
    await Promise.all([layout(), inner()])
  }

  describe('the reads of a page', () => {
    it('share one unit of work in which who asks is read once: the inbox', async () => {
      const context = page()
      // A process reads which workspace a host is of once in five minutes.
      await resolveHost(hostOf(tenant))
      const said = await listenIn()
      await open(context, async () => {
        await call(listTickets, { view: 'all', limit: 50 }, { context })
        await call(listDepartments, undefined, { context })
      })
      expect({ units: units(said), authentications: authentications(said) }).toEqual({ units: 1, authentications: 1 })
      expect(said.length, said.join('\n')).toBeLessThanOrEqual(11)
    })

    it('share it on the page of a ticket too', async () => {
      const context = page()
      await resolveHost(hostOf(tenant))
      const said = await listenIn()
      await open(context, () => call(readTicketPage, { id: ticketId }, { context }))
      expect({ units: units(said), authentications: authentications(said) }).toEqual({ units: 1, authentications: 1 })
      expect(said.length, said.join('\n')).toBeLessThanOrEqual(10)
    })

    it('begin another unit where the page waited for something else, and know who asks', async () => {
      const context = page()
      const said = await listenIn()
      await call(getViewer, undefined, { context })
      await new Promise((resolve) => setTimeout(resolve, 30))
      expect(said.at(-1)).toBe('COMMIT')
      await call(listViews, undefined, { context })
      expect({ units: units(said), authentications: authentications(said) }).toEqual({ units: 2, authentications: 1 })
    })

    it('are each judged by their own permission', async () => {
      const customer = await makePerson(tenant, 'customer')
      const context = page(customer.cookie)
      const answers = await Promise.allSettled([
        call(getViewer, undefined, { context }),
        call(listViews, undefined, { context }),
        call(listTickets, { view: 'all', limit: 5 }, { context }),
      ])
      expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(answers[1]).toMatchObject({ reason: { code: 'FORBIDDEN' } })
    })

    it('fail alone', async () => {
      const { caller } = page()
      const read = (sql: string) =>
        readForPage(caller, tenant.ref, (tx) => tx.$queryRawUnsafe<{ n: number }[]>(sql).then(([row]) => row?.n))
      const answers = await Promise.allSettled([read('SELECT 1 AS n'), read('SELECT n FROM nowhere'), read('SELECT 3 AS n')])
      expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : 'failed'))).toEqual([1, 'failed', 3])
    })

    it('are asked again where an earlier one kept its failure to itself', async () => {
      const { caller } = page()
      const quiet = () => readForPage(caller, tenant.ref, (tx) => tx.$queryRaw`SELECT n FROM nowhere`.catch(() => 'nothing'))
      const counts = () => readForPage(caller, tenant.ref, (tx) => tx.ticket.count())
      expect(await Promise.all([quiet(), counts()])).toEqual(['nothing', 1])
      const asks = () => readForPage(caller, tenant.ref, (tx) => tx.$queryRaw`SELECT 2 AS n`)
      expect(await Promise.all([quiet(), asks()])).toEqual(['nothing', [{ n: 2 }]])
    })

    it('are refused together where no unit can begin', async () => {
      const { caller } = page()
      const { pool } = await connection()
      const open = pool.connect
      pool.connect = (() => Promise.reject(new Error('no connection'))) as typeof pool.connect
      forget = () => {
        pool.connect = open
      }
      const reads = [1, 2].map(() => readForPage(caller, tenant.ref, (tx) => tx.ticket.count()))
      for (const answer of await Promise.allSettled(reads)) expect(answer.status).toBe('rejected')
      forget()
      expect(await readForPage(caller, tenant.ref, (tx) => tx.ticket.count())).toBe(1)
    })

    it('join what is open already when they are asked for within it', async () => {
      const { caller } = page()
      const inner = readForPage(caller, tenant.ref, () => readForPage(caller, tenant.ref, (tx) => tx.ticket.count()))
      expect(await inner).toBe(1)
      expect(await withTenant(tenant.ref, () => readForPage(caller, tenant.ref, (tx) => tx.ticket.count()))).toBe(1)
    })
  })
}
