import sharp from 'sharp'
import { expect, it, vi } from 'vitest'
import { fileStorage } from '../files/storage'
import { hostOf, makePerson, makeTenant } from '../testing/factories'
import { openTestPostgres } from '../testing/postgres'
import { handleRest } from '../wiring/rest'

openTestPostgres()

it('several pictures that one person uploads at once leave the bytes of one', async () => {
  const tenant = await makeTenant('avatars-at-once')
  const agent = await makePerson(tenant, 'agent')
  const put = vi.spyOn(fileStorage(), 'put')
  const upload = async (background: string) => {
    const bytes = await sharp({ create: { width: 20, height: 20, channels: 3, background } })
      .png()
      .toBuffer()
    const form = new FormData()
    form.append('file', new File([new Uint8Array(bytes)], 'me.png', { type: 'image/png' }))
    const headers = { host: hostOf(tenant), cookie: agent.cookie }
    return handleRest(new Request(`http://${headers.host}/api/v1/users/profile/avatar`, { method: 'POST', headers, body: form }))
  }
  const answers = await Promise.all(['#f00', '#0f0', '#00f', '#ff0', '#0ff'].map(upload))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  const keys = put.mock.calls.map(([key]) => key)
  expect(new Set(keys).size).toBe(5)
  const left = async () => (await Promise.all(keys.map((key) => fileStorage().get(key)))).filter((bytes) => bytes !== null).length
  await expect.poll(left).toBe(1)
  const { items } = (await (await agent.request('GET', '/users/avatars')).json()) as { items: { address: string }[] }
  expect((await agent.request('GET', items[0]?.address.replace('/api/v1', '') ?? '')).status).toBe(200)
})
