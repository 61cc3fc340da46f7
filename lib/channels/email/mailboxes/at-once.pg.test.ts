import { beforeEach, describe, expect, it } from 'vitest'
import { withTenant } from '../../../db/scope'
import { forgetRateLimits } from '../../../procedure/rate-limit'
import type { ResolvedTenant } from '../../../tenancy/resolve'
import { makePerson, makeTenant, type TestPerson } from '../../../testing/factories'
import { openTestPostgres } from '../../../testing/postgres'

openTestPostgres()
const path = '/settings/mail/integrations'

let tenant: ResolvedTenant
let admin: TestPerson
beforeEach(async () => {
  forgetRateLimits()
  tenant = await makeTenant()
  admin = await makePerson(tenant, 'owner')
})

const server = { host: 'mail.example.com', port: 993, security: 'tls', password: 'geheim' }
const given = (address: string, more: object = {}) => ({ name: 'Support', address, incoming: server, isOutgoing: false, ...more })
const ask = async (method: string, at: string, body?: object) => {
  const answer = await admin.request(method, at, body)
  return { status: answer.status, body: await answer.json() }
}
const make = async (address: string, more: object = {}) => (await ask('POST', path, given(address, more))).body
const many = <T>(what: (n: number) => Promise<T>) => Promise.all(Array.from({ length: 8 }, (_, n) => what(n)))
const statusesOf = (answers: { status: number }[]) => answers.map(({ status }) => status).sort()
const living = () => withTenant(tenant.ref, (tx) => tx.mailbox.findMany({ where: { tenantId: tenant.ref.id, deletedAt: null } }))

describe('mailboxes that several change at once', () => {
  it('are one for an address, and the others hear that it is taken', async () => {
    const answers = await many(() => ask('POST', path, given('one@acme.test')))
    expect(statusesOf(answers)).toEqual([201, ...Array(7).fill(422)])
    expect(await living()).toHaveLength(1)
  })

  it('have one default', async () => {
    expect(statusesOf(await many((n) => ask('POST', path, given(`d${n}@acme.test`, { isDefault: true }))))).toEqual(Array(8).fill(201))
    const made = await living()
    expect(made.filter(({ isDefault }) => isDefault)).toHaveLength(1)
    const edit = ({ id, address, version }: (typeof made)[number]) =>
      ask('PUT', `${path}/${id}`, { ...given(address, { isDefault: true }), version })
    expect(statusesOf(await Promise.all(made.map(edit)))).toEqual(Array(8).fill(200))
    expect((await living()).filter(({ isDefault }) => isDefault)).toHaveLength(1)
  })

  it('take no address that another takes in the same moment', async () => {
    const made = await many((n) => make(`e${n}@acme.test`))
    const answers = await Promise.all(made.map(({ id, version }) => ask('PUT', `${path}/${id}`, { ...given('same@acme.test'), version })))
    expect(statusesOf(answers)).toEqual([200, ...Array(7).fill(422)])
  })

  it('are edited by the first of those who saw the same version', async () => {
    const { id, version } = await make('one@acme.test')
    const answers = await many((n) => ask('PUT', `${path}/${id}`, { ...given('one@acme.test', { name: `Name ${n}` }), version }))
    expect(statusesOf(answers)).toEqual([200, ...Array(7).fill(409)])
  })

  it('come back once, with one default and one address', async () => {
    const gone: string[] = []
    for (let n = 0; n < 4; n++) {
      const { id } = await make('again@acme.test', { isDefault: true })
      await ask('DELETE', `${path}/${id}`)
      gone.push(id)
    }
    const restore = (id: string) => ask('POST', `${path}/${id}/restore`)
    expect(statusesOf(await Promise.all(gone.map(restore)))).toEqual([200, 422, 422, 422])
    const [back] = await living()
    await ask('DELETE', `${path}/${back?.id}`)
    const mixed = await many((n) => (n % 2 ? restore(back?.id ?? '') : ask('POST', path, given(`f${n}@acme.test`, { isDefault: true }))))
    expect(statusesOf(mixed)).toEqual([200, 201, 201, 201, 201, 404, 404, 404])
    expect((await living()).filter(({ isDefault }) => isDefault)).toHaveLength(1)
  })
})

describe('what nothing keeps apart', () => {
  it('is refused to who came second, as what changed meanwhile', async () => {
    const answers = await many(() => ask('POST', '/department', { name: 'Cloves' }))
    // None fails as if the server had; the name is asked for before, and several may find it free.
    const [first, ...others] = statusesOf(answers)
    expect([first, others.filter((status) => ![409, 422].includes(status))], JSON.stringify(answers)).toEqual([201, []])
  })
})
