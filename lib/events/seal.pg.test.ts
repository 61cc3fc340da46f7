import { describe, expect, it } from 'vitest'
import { verifyChain } from '../audit/chain'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { openPostgres } from '../db/postgres'
import { outsideUnitOfWork, settled, withTenant } from '../db/scope'
import { env } from '../env'
import { inWork, makeTenant, makeTicket } from '../testing/factories'
import { openTestPostgres } from '../testing/postgres'
import { sealEvents, wakeSealer } from './seal'
import { describeSealing } from './seal.suite'

const postgres = openTestPostgres()
describeSealing()

it('is sealed a moment later at the earliest where it was sealed just before', async () => {
  const tenant = await makeTenant('closely')
  env().JOBS = 'on'
  const sealed = async () => {
    wakeSealer(tenant.ref, 200)
    await drainBackground()
    return performance.now()
  }
  const [first, second] = [await sealed(), await sealed()]
  env().JOBS = 'off'
  expect(second - first).toBeGreaterThan(100)
})

const asOwner = async (sql: string) => {
  const pool = openPostgres(postgres.ownerUrl(), 1)
  await pool.query(sql).finally(() => pool.end())
}

describe('many writers of one workspace', () => {
  it('lose nothing and leave no gap, while several seal: what happened to a ticket stands in the order of its commits', async () => {
    const tenant = await makeTenant('many')
    const tickets = (await Promise.all([1, 2, 3].map(() => makeTicket(tenant)))).map(({ id }) => id)
    const acknowledged: string[] = []
    let isWriting = true
    const write = async (writer: number) => {
      for (let turn = 0; turn < 25; turn++) {
        const id = tickets[(writer + turn) % tickets.length] as string
        const reason = await inWork(tenant, async ({ tx, emit }) => {
          const { version } = await tx.ticket.update({
            where: { tenantId_id: { tenantId: tenant.ref.id, id } },
            data: { version: { increment: 1 } },
          })
          emit('mail.ignored', { reason: String(version) }, { subjectId: id })
          return `${id} ${version}`
        })
        acknowledged.push(reason)
      }
    }
    const seal = async () => {
      while (isWriting) await sealEvents(tenant.ref)
    }
    const sealers = [seal(), seal()]
    await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)))
    isWriting = false
    await Promise.all(sealers)
    await sealEvents(tenant.ref)
    const rows = await withTenant(tenant.ref, (tx) => tx.event.findMany({ orderBy: { seq: 'asc' } }))
    expect(rows.map(({ seq }) => Number(seq))).toEqual(rows.map((_, n) => n + 1))
    const written = rows.filter(({ type }) => type === 'mail.ignored')
    const reasonOf = ({ payload }: (typeof rows)[number]) => Number((payload as { reason: string }).reason)
    expect(written.map((row) => `${row.subjectId} ${reasonOf(row)}`).sort()).toEqual(acknowledged.sort())
    for (const id of tickets) {
      const versions = written.filter(({ subjectId }) => subjectId === id).map(reasonOf)
      expect(versions).toEqual([...versions].sort((a, b) => a - b))
    }
    expect(await verifyChain(tenant.ref)).toMatchObject({ checked: rows.length, unsealed: 0, problem: null })
  })

  it('wait for each other about the same thing alone', async () => {
    const tenant = await makeTenant('apart')
    const subjectId = newId()
    const order: string[] = []
    const say = (name: string, about: string) =>
      inWork(tenant, async ({ emit }) => emit('mail.ignored', { reason: name }, { subjectId: about })).then(() => order.push(name))
    let second = Promise.resolve(0)
    await withTenant(tenant.ref, async () => {
      // Joins this unit of work: it is written, and not committed before this ends.
      await inWork(tenant, async ({ emit }) => emit('mail.ignored', { reason: 'first' }, { subjectId }))
      await settled()
      second = outsideUnitOfWork(() => say('second', subjectId))
      await outsideUnitOfWork(() => say('third', newId()))
      order.push('first')
    })
    await second
    expect(order).toEqual(['third', 'first', 'second'])
  })
})

describe('a sealer', () => {
  it('that dies leaves all to the next one, and meanwhile stands in nobody’s way', async () => {
    const tenant = await makeTenant('killed')
    const write = () => inWork(tenant, async ({ emit }) => emit('mail.ignored', { reason: 'x' }))
    await write()
    await sealEvents(tenant.ref)
    for (let n = 0; n < 3; n++) await write()
    const pool = openPostgres(postgres.url(), 1)
    const client = await pool.connect()
    client.on('error', () => {})
    await client.query(`BEGIN; SELECT set_config('role', 'baraza_tenant', true), set_config('app.tenant_id', '${tenant.ref.id}', true)`)
    const sealed = async (count: number) =>
      (await client.query<{ sealed: number | null }>(`SELECT desk.seal_events(${count}) AS sealed`)).rows[0]?.sealed
    expect(await sealed(2)).toBe(2)
    await write()
    const [beside] = await withTenant(tenant.ref, (tx) => tx.$queryRaw<{ sealed: number | null }[]>`SELECT seal_events(10) AS sealed`)
    expect(beside).toEqual({ sealed: null })
    const waiting = sealEvents(tenant.ref)
    client.release(new Error('it dies'))
    await waiting
    await pool.end()
    expect(await verifyChain(tenant.ref)).toMatchObject({ unsealed: 0, problem: null })
  })
})

describe('the seals', () => {
  const own = 'tenant_id = (SELECT id FROM platform.tenant ORDER BY created_at DESC LIMIT 1)'
  it.each([
    ['changed', `UPDATE desk.event SET payload = '{"reason":"other"}' WHERE ${own} AND seq = 7`, 'event 7 is not what was sealed'],
    ['back-dated', `UPDATE desk.event SET occurred_at = occurred_at - interval '1 day' WHERE ${own} AND seq = 7`, 'event 7 is not'],
    ['removed', `DELETE FROM desk.event WHERE ${own} AND seq = 7`, 'event 7 is missing'],
    ['cut off', `DELETE FROM desk.event WHERE ${own} AND seq > 15`, 'event 16 is missing'],
    ['taken out of them', `UPDATE desk.event SET seq = NULL, hash = NULL WHERE ${own} AND seq = 7`, 'event 7 is missing'],
  ])('show when something in the history was %s', async (kind, sql, problem) => {
    const tenant = await makeTenant(`tampered-${kind.replaceAll(' ', '-')}`)
    await inWork(tenant, async ({ emit }) => {
      for (let n = 0; n < 20; n++) emit('mail.ignored', { reason: String(n) })
    })
    await sealEvents(tenant.ref)
    expect((await verifyChain(tenant.ref)).problem).toBeNull()
    await expect(asOwner(sql.replace('DELETE FROM desk.event', "UPDATE desk.event SET reason = 'x'"))).rejects.toThrow('cannot be changed')
    await asOwner(`ALTER TABLE desk.event DISABLE TRIGGER event_stands; ${sql}; ALTER TABLE desk.event ENABLE TRIGGER event_stands`)
    expect((await verifyChain(tenant.ref)).problem).toContain(problem)
  })
})
