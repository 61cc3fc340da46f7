import { beforeAll, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { createTenantSchema, dropTenantSchema } from '../db/migrate'
import { dedicatedSchema, pooledSchema } from '../db/names'
import { withOwner } from '../db/owner'
import { withPlatform, withTenant } from '../db/scope'
import { storeFile } from '../files/attachments'
import { fileStorage } from '../files/storage'
import { findTenant, type ResolvedTenant } from '../tenancy/resolve'
import { inWork, makePerson, makeTenant, makeTicket } from '../testing/factories'
import { contentsOf, idOfEach, tablesOfTenant } from '../testing/rows'
import { purgeTenantsJob } from './jobs'
import { openWorkspace } from './provisioning'
import { restorable, restorableUntil } from './purge'

const day = 86_400_000
const deletedFor = (tenant: ResolvedTenant, days: number) => {
  const deletedAt = new Date(Date.now() - days * day - 60_000)
  return withPlatform((tx) => tx.tenant.update({ where: { id: tenant.ref.id }, data: { deletedAt } }))
}
const purge = () => purgeTenantsJob.run({ input: {}, tenant: null, progress: async () => {} })

async function makeDedicated(slug: string): Promise<ResolvedTenant> {
  const schemaName = dedicatedSchema(slug)
  await withOwner((pool) => createTenantSchema(pool, schemaName))
  await withPlatform((tx) => tx.tenant.create({ data: { id: newId(), slug, name: slug, schemaName } }))
  const tenant = (await findTenant({ slug })) as ResolvedTenant
  await inWork(tenant, (work) => openWorkspace(work, 'UTC'))
  return tenant
}

/** Each row refers to all that it may refer to, those of its own table too. */
async function linkAll(tenant: ResolvedTenant) {
  for (const { schema, name, references } of await tablesOfTenant(tenant))
    for (const { to, columns, targets } of references)
      for (const [n, column] of columns.entries()) {
        if (column === 'tenant_id' || schema !== tenant.ref.schemaName) continue
        const sql = `UPDATE "${schema}"."${name}" t SET "${column}" = (SELECT "${targets[n]}" FROM "${schema}"."${to}" WHERE tenant_id = $1 LIMIT 1)
          WHERE tenant_id = $1 AND "${column}" IS NULL`
        // A check may allow one of several; a unique key one row of several.
        await withOwner((pool) => pool.query(sql, [tenant.ref.id])).catch((error: { code?: string }) => {
          if (error.code !== '23514' && error.code !== '23505') throw error
        })
      }
}

/** A workspace with a row in every table, among them a file, a domain, a job and a failed sign-in. */
async function fill(tenant: ResolvedTenant): Promise<ResolvedTenant> {
  const agent = await makePerson(tenant, 'agent')
  for (let n = 0; n < 3; n++) await makeTicket(tenant)
  const file = { name: 'file.txt', bytes: Buffer.from('x'), contentType: 'text/plain' }
  await inWork(tenant, (work) => storeFile(work, file, { personId: agent.id }))
  await drainBackground()
  await idOfEach(tenant)
  await linkAll(tenant)
  return tenant
}

const emptyTables = async (tenant: ResolvedTenant, isEmpty: boolean) =>
  Object.entries(await contentsOf(tenant))
    .filter(([name, rows]) => name !== 'platform_event' && (rows === '') === isEmpty)
    .map(([name]) => name)

/** What becomes of deleted workspaces; run on both databases. */
export function describePurge() {
  let other: ResolvedTenant
  beforeAll(async () => {
    other = await fill(await makeTenant('purge-other'))
  })

  it.each(['pooled', 'dedicated'])('of a %s workspace no row and no file stays, and nothing of another one goes', async (isolation) => {
    const slug = `purge-${isolation}`
    const tenant = await fill(isolation === 'pooled' ? await makeTenant(slug) : await makeDedicated(slug))
    expect(await emptyTables(tenant, true)).toEqual([])
    const before = await contentsOf(tenant)
    const [file] = await withTenant(tenant.ref, (tx) => tx.attachment.findMany({ where: { name: 'file.txt' } }))
    const isStored = async () => (await fileStorage().get(`${tenant.ref.id}/${file?.id.slice(-2)}/${file?.id}`)) !== null
    const others = await contentsOf(other)

    await deletedFor(tenant, 29)
    await purge()
    expect(await contentsOf(tenant)).toEqual(before)
    expect(await isStored()).toBe(true)

    await deletedFor(tenant, 30)
    await purge()
    if (isolation === 'pooled') expect(await emptyTables(tenant, false)).toEqual([])
    const { rows } = await withOwner((pool) => pool.query('SELECT to_regnamespace($1) AS found', [tenant.ref.schemaName]))
    expect(rows[0].found === null).toBe(tenant.ref.schemaName !== pooledSchema)
    expect(await isStored()).toBe(false)
    const where = { tenantId: tenant.ref.id }
    const left = await withPlatform((tx) =>
      Promise.all([
        tx.tenant.count({ where: { id: tenant.ref.id } }),
        tx.domain.count({ where }),
        tx.job.count({ where }),
        tx.signInFailure.count({ where }),
      ]),
    )
    expect(left).toEqual([0, 0, 0, 0])
    expect(await contentsOf(other)).toEqual(others)
    const events = await withPlatform((tx) => tx.platformEvent.findMany({ where: { ...where, type: 'tenant.purged' } }))
    expect(events.map(({ payload }) => payload)).toEqual([{ slug, name: expect.any(String), deletedAt: expect.any(String) }])
    expect((await makeTenant(slug)).ref.slug).toBe(slug)
  })

  it('goes on where a crash left it, and a workspace that is half gone can not be restored', async () => {
    const tenant = await fill(await makeTenant('purge-crash'))
    const id = tenant.ref.id
    const row = await withPlatform((tx) => tx.tenant.update({ where: { id }, data: { purgingAt: new Date(), deletedAt: new Date() } }))
    await withTenant(tenant.ref, async (tx) => {
      await tx.eventDelivery.deleteMany()
      await tx.channelMessage.deleteMany()
      await tx.$executeRaw`SELECT purge_trail(1)`
    })
    expect(restorableUntil(row, new Date())).toBeNull()
    expect(await withPlatform((tx) => tx.tenant.count({ where: { id, ...restorable(new Date()) } }))).toBe(0)
    await purge()
    expect(await emptyTables(tenant, false)).toEqual([])
    expect(await withPlatform((tx) => tx.tenant.count({ where: { id } }))).toBe(0)
  })

  it('drops no schema of a workspace that is not being purged, nor of another one that has its name by now', async () => {
    const tenant = await makeDedicated('purge-kept')
    const { id, schemaName } = tenant.ref
    const isThere = async () =>
      (await withOwner((pool) => pool.query('SELECT to_regnamespace($1) AS found', [schemaName]))).rows[0].found !== null
    const drop = (tenantId: string) => withOwner((pool) => dropTenantSchema(pool, schemaName, tenantId))
    await drop(id)
    await deletedFor(tenant, 31)
    await drop(id)
    await drop(newId())
    expect(await isThere()).toBe(true)
    await withPlatform((tx) => tx.tenant.update({ where: { id }, data: { purgingAt: new Date() } }))
    await drop(id)
    expect(await isThere()).toBe(false)
    await purge()
  })

  it('goes in pieces, between which others have their turn', async () => {
    const tenant = await makeTenant('purge-large')
    const tenantId = tenant.ref.id
    const rows = Array.from({ length: 1200 }, (_, n) => ({ tenantId, id: newId(), name: `Contact ${n}` }))
    await inWork(tenant, ({ tx }) => tx.contact.createMany({ data: rows }))
    await deletedFor(tenant, 30)
    const seen = new Set<number>()
    let isOver = false
    const watch = async () => {
      while (!isOver) seen.add(await withTenant(tenant.ref, (tx) => tx.contact.count()))
    }
    await Promise.all([purge().finally(() => (isOver = true)), watch()])
    expect([...seen]).toEqual(expect.arrayContaining([1200, 0]))
    expect([...seen].filter((count) => count > 0 && count < 1200)).not.toEqual([])
  })

  it('the audit trail of a workspace that is not being purged can not be removed, deleted or not', async () => {
    const remove = () => withTenant(other.ref, (tx) => tx.$executeRaw`SELECT purge_trail(1)`)
    await expect(remove()).rejects.toThrow('with its workspace only')
    await deletedFor(other, 31)
    await expect(remove()).rejects.toThrow('with its workspace only')
    await withPlatform((tx) => tx.tenant.update({ where: { id: other.ref.id }, data: { deletedAt: null } }))
  })
}
