import { beforeAll, describe, expect, it } from 'vitest'
import { verifyChain } from '../audit/chain'
import { newId } from '../core/id'
import { connection } from '../db/connection'
import { withTenant } from '../db/scope'
import { env } from '../env'
import type { ResolvedTenant } from '../tenancy/resolve'
import { inWork, makeTenant } from '../testing/factories'
import { readTails, sealEvents, sweepUnsealed } from './seal'

/** The history of a tenant; run on both databases. */
export function describeSealing() {
  let tenant: ResolvedTenant
  let counter = 0
  beforeAll(() => {
    // Only what a test seals by hand is sealed.
    env().JOBS = 'off'
  })
  const freshTenant = async () => {
    tenant = await makeTenant(`sealed-${++counter}`)
    await sealEvents(tenant.ref)
  }
  const emitMany = (count: number) =>
    inWork(tenant, async ({ emit }) => {
      for (let n = 0; n < count; n++) emit('mail.ignored', { reason: String(n) })
    })
  const stored = () => withTenant(tenant.ref, (tx) => tx.event.findMany({ orderBy: { n: 'asc' } }))

  describe('the history', () => {
    it('has no place for what was just committed, until it is sealed: in the order of writing, without gaps', async () => {
      await freshTenant()
      const before = (await stored()).length
      await emitMany(12)
      expect((await stored()).slice(before).map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, () => null))
      expect(await verifyChain(tenant.ref)).toMatchObject({ checked: before, unsealed: 12, problem: null })
      await sealEvents(tenant.ref)
      const rows = await stored()
      expect(rows.map(({ seq }) => Number(seq))).toEqual(rows.map((_, n) => n + 1))
      expect(rows.slice(before).map(({ payload }) => payload)).toEqual(Array.from({ length: 12 }, (_, n) => ({ reason: String(n) })))
      expect(await verifyChain(tenant.ref)).toMatchObject({ checked: rows.length, unsealed: 0, problem: null })
    })

    it('is sealed of one workspace alone, and by the sweep where a crash left something', async () => {
      await freshTenant()
      const other = tenant
      await emitMany(2)
      await freshTenant()
      await emitMany(3)
      await sealEvents(tenant.ref)
      const tails = (await readTails()).filter(({ ref }) => [tenant.ref.id, other.ref.id].includes(ref.id))
      expect(tails).toMatchObject([{ ref: { id: other.ref.id }, events: 2 }])
      await sweepUnsealed()
      expect(await readTails()).toEqual([])
      expect(await verifyChain(other.ref)).toMatchObject({ unsealed: 0, problem: null })
    })

    it('gives the application no way to forge a place, a seal, the order or the head', async () => {
      await freshTenant()
      const forged = {
        tenantId: tenant.ref.id,
        type: 'mail.ignored',
        actorKind: 'system',
        payload: {},
        requestId: 'x',
        occurredAt: new Date(),
      }
      for (const own of [{ seq: 1n }, { hash: Buffer.from('fake') }])
        await expect(withTenant(tenant.ref, (tx) => tx.event.create({ data: { ...forged, id: newId(), ...own } }))).rejects.toThrow(
          'permission denied',
        )
      await expect(withTenant(tenant.ref, (tx) => tx.event.create({ data: { ...forged, id: newId(), n: 1n } }))).rejects.toThrow()
      await expect(withTenant(tenant.ref, (tx) => tx.event.updateMany({ data: { seq: 1n } }))).rejects.toThrow('permission denied')
      await expect(withTenant(tenant.ref, (tx) => tx.eventHead.updateMany({ data: { seq: 1n } }))).rejects.toThrow('permission denied')
      await sealEvents(tenant.ref)
      expect(await verifyChain(tenant.ref)).toMatchObject({ problem: null })
    })

    it('lets nobody change what was written, sealed or not', async () => {
      await freshTenant()
      await emitMany(1)
      const { pool } = await connection()
      const last = (await stored()).at(-1)?.id
      const change = async (what: string) => {
        const client = await pool.connect()
        try {
          await client.query(`BEGIN; SELECT set_config('app.tenant_id', '${tenant.ref.id}', true)`)
          return await client.query(`UPDATE desk.event SET ${what} WHERE id = '${last}'`)
        } finally {
          await client.query('ROLLBACK')
          client.release()
        }
      }
      // The embedded database's connection is that of its owner.
      const refusal = (await connection()).kind === 'embedded' ? 'cannot be changed' : 'permission denied'
      await expect(change(`reason = 'other'`)).rejects.toThrow(refusal)
      await expect(change(`seq = 1000, hash = '', type = 'other'`)).rejects.toThrow(refusal)
      await sealEvents(tenant.ref)
      await expect(change('seq = 1000')).rejects.toThrow(refusal)
      await expect(change('seq = NULL, hash = NULL')).rejects.toThrow(refusal)
    })
  })
}
