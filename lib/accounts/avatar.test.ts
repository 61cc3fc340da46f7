import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { withPlatform } from '../db/scope'
import { fileStorage } from '../files/storage'
import { runJob } from '../jobs/run'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { hostOf, inWork, makePerson, makeTenant, type TestPerson } from '../testing/factories'
import { handleRest } from '../wiring/rest'
import { avatarFolder } from './avatar-file'
import { removeAvatarsJob } from './jobs'
import { accountData } from './personal-data'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
let agent: TestPerson
/** The middle half is red, the rest blue. */
let halves: Buffer
beforeAll(async () => {
  tenant = await makeTenant('avatars')
  owner = await makePerson(tenant, 'owner')
  agent = await makePerson(tenant, 'agent')
  const red = { create: { width: 200, height: 200, channels: 3, background: '#ff0000' } } as const
  halves = await sharp({ create: { width: 400, height: 200, channels: 3, background: '#0000ff' } })
    .composite([{ input: red, left: 100, top: 0 }])
    .png()
    .toBuffer()
})

async function upload(who: TestPerson, bytes: Uint8Array | null) {
  const form = new FormData()
  if (bytes) form.append('file', new File([new Uint8Array(bytes)], 'me.png', { type: 'image/png' }))
  const headers = { host: hostOf(tenant), cookie: who.cookie }
  return handleRest(new Request(`http://${headers.host}/api/v1/users/profile/avatar`, { method: 'POST', headers, body: form }))
}
const addressOf = async (who: TestPerson, of: TestPerson) => {
  const { items } = (await (await who.request('GET', '/users/avatars')).json()) as { items: { id: string; address: string }[] }
  return items.find(({ id }) => id === of.id)?.address.replace('/api/v1', '') ?? null
}

describe('the picture of a person', () => {
  it('is the middle square of what was uploaded, shown to colleagues under an address for each version, and to nobody else', async () => {
    const stored = await upload(agent, halves)
    expect(stored.status, await stored.clone().text()).toBe(200)
    const first = (await addressOf(owner, agent)) ?? ''
    const shown = await owner.request('GET', first)
    expect([shown.status, shown.headers.get('content-type'), shown.headers.get('cache-control')]).toEqual([
      200,
      'image/webp',
      'private, max-age=31536000, immutable',
    ])
    const picture = sharp(await shown.arrayBuffer())
    const { width, height } = await picture.metadata()
    expect([width, height]).toEqual([256, 256])
    const { channels } = await picture.stats()
    expect(channels.map(({ mean }) => Math.round(mean / 50))).toEqual([5, 0, 0])
    expect((await upload(agent, await sharp(halves).rotate(90).negate().jpeg().toBuffer())).status).toBe(200)
    const second = (await addressOf(owner, agent)) ?? ''
    expect(second).not.toBe(first)
    await expect.poll(async () => (await owner.request('GET', first)).status).toBe(404)
    expect((await owner.request('GET', second)).status).toBe(200)
    const customer = await makePerson(tenant, 'customer')
    const stranger = await makePerson(await makeTenant('avatars-elsewhere'), 'owner')
    for (const who of [customer, stranger]) expect([403, 404]).toContain((await who.request('GET', second)).status)
    expect(await addressOf(stranger, agent)).toBeNull()
    expect((await upload(customer, halves)).status).toBe(403)
    // However many customers give an address, colleagues alone are listed.
    const avatarUrl = `https://else.example/api/v1/users/${customer.id}/avatar?v=${'a'.repeat(32)}`
    const { version } = (await (await customer.request('GET', '/users/profile')).json()) as { version: number }
    expect((await customer.request('PATCH', '/users/profile', { version, avatarUrl })).status).toBe(200)
    expect(await addressOf(owner, customer)).toBeNull()
  })

  it('is a picture, whatever it is called', async () => {
    expect((await upload(agent, new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'))).status).toBe(422)
  })

  it('is removed by oneself, by an admin, and with all its bytes when the person is erased', async () => {
    const bytesOf = async (address: string | null) =>
      fileStorage().get(`${avatarFolder(tenant.ref.id, agent.id)}/${new URL(address ?? '', 'http://a').searchParams.get('v')}`)
    await upload(agent, halves)
    expect((await upload(agent, null)).status).toBe(200)
    expect(await addressOf(owner, agent)).toBeNull()
    await upload(agent, halves)
    const shown = await addressOf(owner, agent)
    expect(await bytesOf(shown)).not.toBeNull()
    const { version } = (await (await owner.request('GET', `/users/${agent.id}`)).json()) as { version: number }
    expect((await owner.request('PUT', `/users/${agent.id}`, { version, avatarUrl: null })).status).toBe(200)
    expect(await addressOf(owner, agent)).toBeNull()
    await expect.poll(() => bytesOf(shown)).toBeNull()
    await upload(agent, halves)
    const last = await addressOf(owner, agent)
    await inWork(tenant, async ({ tx, now }) => {
      for (const erasure of accountData.tables.person?.erase ?? [])
        if ('by' in erasure) await erasure.by({ tx, tenantId: tenant.ref.id, now } as never, { personIds: [agent.id] } as never)
    })
    expect(await addressOf(owner, agent)).toBeNull()
    const where = { tenantId: tenant.ref.id, name: removeAvatarsJob.id }
    for (const { id } of await withPlatform((tx) => tx.job.findMany({ where }))) await runJob(id)
    expect(await bytesOf(last)).toBeNull()
  })
})
