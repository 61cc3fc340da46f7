import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { msg } from '../core/message'
import { withPlatform } from '../db/scope'
import { env } from '../env'
import type { EventOf } from '../events/event-types'
import { originOf } from '../tenancy/origin'
import { forgetAllHosts, mayHaveCertificate, type ResolvedTenant, resolveHost } from '../tenancy/resolve'
import { eventsOf, inWork, makePerson, makeTenant, type TestPerson } from '../testing/factories'
import type { Proof } from './domain-verification'
import { checkDomain, type DomainOutput } from './domains'

interface Claimant {
  tenant: ResolvedTenant
  owner: TestPerson
}

const proven: Proof = { isProven: true, error: null }
const gone: Proof = { isProven: false, error: 'domains.noRecord', isGone: true }
const silent: Proof = { isProven: false, error: 'domains.timeout', isGone: false }

export function describeDomainClaims() {
  let acme: Claimant
  let globex: Claimant
  beforeAll(async () => {
    const claimant = async (slug: string) => {
      const tenant = await makeTenant(slug)
      return { tenant, owner: await makePerson(tenant, 'owner') }
    }
    ;[acme, globex] = [await claimant('claims-acme'), await claimant('claims-globex')]
  })

  const json = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
  const add = ({ owner }: Claimant, hostname: string) => owner.request('POST', '/domains', { hostname })
  const claim = (by: Claimant, hostname: string) => json<DomainOutput>(add(by, hostname))
  const read = ({ owner }: Claimant, id: string) => json<DomainOutput>(owner.request('GET', `/domains/${id}`))
  /** What follows when the DNS has answered. */
  const answered = ({ tenant }: Claimant, subjectId: string, proof: Proof) =>
    inWork(tenant, (work) => checkDomain.handle(work, { type: 'domain.check_requested', subjectId } as EventOf<never>, proof))
  const holderOf = async (hostname: string) => (await resolveHost(hostname))?.ref.slug ?? null
  const noticesOf = async (by: Claimant, hostname: string) => {
    await drainBackground()
    const { items } = await json<{ items: { type: string; title: string }[] }>(by.owner.request('GET', '/notifications'))
    return items.filter(({ title }) => title.includes(hostname)).map(({ type, title }) => [type, title])
  }

  describe('the primary domain', () => {
    it('is one that is verified, and links lead to it until it is another or removed', async () => {
      const [one, two, pending] = await Promise.all(['one', 'two', 'pending'].map((name) => claim(globex, `${name}.primary.example`)))
      if (!one || !two || !pending) throw new Error('not added')
      for (const { id } of [one, two]) await answered(globex, id, proven)
      const choose = (id: string, isPrimary?: boolean) => globex.owner.request('POST', `/domains/${id}/primary`, { isPrimary })
      const origin = async () => {
        const tenant = await resolveHost(`claims-globex.${env().ROOT_DOMAIN}`)
        return tenant && new URL(originOf(tenant.ref)).hostname
      }
      expect((await choose(pending.id)).status).toBe(422)
      expect(await origin()).toBe(`claims-globex.${env().ROOT_DOMAIN}`)
      for (const { id, hostname } of [one, two]) {
        expect((await choose(id)).status).toBe(200)
        expect(await origin()).toBe(hostname)
      }
      expect((await read(globex, one.id)).isPrimary).toBe(false)
      // Two admins at once: one of them comes second, and there is one in the end.
      for (let round = 0; round < 4; round++) {
        for (const { id } of [one, two]) await choose(id, false)
        expect((await Promise.all([choose(one.id), choose(two.id)])).map(({ status }) => status)).toEqual([200, 200])
        const chosen = [await read(globex, one.id), await read(globex, two.id)].filter((domain) => domain.isPrimary)
        expect(chosen).toHaveLength(1)
      }
      await choose(one.id, false)
      await choose(two.id, false)
      expect(await origin()).toBe(`claims-globex.${env().ROOT_DOMAIN}`)
      await choose(one.id)
      // Not while its record is gone, which somebody else may have by then.
      await answered(globex, one.id, gone)
      expect(await origin()).toBe(`claims-globex.${env().ROOT_DOMAIN}`)
      expect((await choose(one.id)).status).toBe(422)
      await answered(globex, one.id, proven)
      expect(await origin()).toBe(one.hostname)
      await globex.owner.request('DELETE', `/domains/${one.id}`)
      expect(await origin()).toBe(`claims-globex.${env().ROOT_DOMAIN}`)
    })
  })

  describe('a claim on a domain', () => {
    it('reserves nothing: two workspaces claim the same one, each with a proof of its own', async () => {
      const [one, two] = [await claim(acme, 'both.example'), await claim(globex, 'both.example')]
      expect([one.status, two.status]).toEqual(['pending', 'pending'])
      const values = [one, two].flatMap(({ records }) => records.map(({ value }) => value))
      expect(new Set(values).size).toBe(4)
      for (const { records } of [one, two]) {
        const [txt, cname] = records
        expect(cname?.value).toBe(`${txt?.value}.verification.${env().ROOT_DOMAIN}`)
        // One label of the DNS.
        expect(txt?.value).toMatch(/^[a-z0-9]{32,63}$/)
      }
      expect((await add(acme, 'both.example')).status).toBe(422)
    })

    it('that is proven first has the domain; the other one is told so at once, and not who', async () => {
      const [first, second] = [await claim(acme, 'first.example'), await claim(globex, 'first.example')]
      await answered(acme, first.id, proven)
      expect(await holderOf('first.example')).toBe('claims-acme')
      const lost = {
        status: 'failed',
        finding: 'taken',
        verifiedAt: null,
        lastError: 'Another workspace has already verified this domain.',
      }
      expect(await read(globex, second.id)).toMatchObject(lost)
      await answered(globex, second.id, proven)
      expect(await read(globex, second.id)).toMatchObject(lost)
      expect(await holderOf('first.example')).toBe('claims-acme')
      expect(await read(acme, first.id)).toMatchObject({ status: 'verified', lastError: null })
    })

    it('whose record is not there yet is told so, other than one whose record is wrong or whose DNS is silent', async () => {
      const { id, finding } = await claim(acme, 'soon.example')
      expect(finding).toBeNull()
      const found = async (proof: Proof) => {
        await answered(acme, id, proof)
        return (await read(acme, id)).finding
      }
      expect(await found(gone)).toBe('missing')
      expect(await found({ isProven: false, isGone: true, error: 'domains.noName' })).toBe('missing')
      expect(await found({ isProven: false, isGone: true, error: msg('domains.wrongToken', { found: 'x' }) })).toBe('wrong')
      expect(await found(silent)).toBe('unanswered')
      expect(await found({ isProven: false, isGone: false, error: msg('domains.code', { code: 'ESERVFAIL' }) })).toBe('unanswered')
      expect(await found(proven)).toBeNull()
    })

    it('on what another workspace has proven is refused, until that one gives it up', async () => {
      const { id } = await claim(acme, 'held.example')
      await answered(acme, id, proven)
      const refused = await add(globex, 'held.example')
      expect([refused.status, JSON.stringify(await refused.json())]).toEqual([422, expect.not.stringContaining('acme')])
      expect((await acme.owner.request('DELETE', `/domains/${id}`)).status).toBe(200)
      const later = await claim(globex, 'held.example')
      await answered(globex, later.id, proven)
      expect(await holderOf('held.example')).toBe('claims-globex')
    })

    it('proven by two workspaces in the same moment is of one of them, and of the other never', async () => {
      for (let round = 0; round < 8; round++) {
        const hostname = `race${round}.example`
        const [one, two] = [await claim(acme, hostname), await claim(globex, hostname)]
        await Promise.all([answered(acme, one.id, proven), answered(globex, two.id, proven)])
        const after = [await read(acme, one.id), await read(globex, two.id)]
        expect(after.map(({ status }) => status).sort()).toEqual(['failed', 'verified'])
        const winner = after[0]?.status === 'verified' ? 'claims-acme' : 'claims-globex'
        expect(await holderOf(hostname)).toBe(winner)
      }
    })
  })

  describe('a proven domain of a deleted workspace', () => {
    const setDeleted = ({ tenant }: Claimant, deletedAt: Date | null) =>
      withPlatform((tx) => tx.tenant.update({ where: { id: tenant.ref.id }, data: { deletedAt } }))

    it('is there again when that is restored, as long as nobody else proved it', async () => {
      const { id } = await claim(globex, 'back.example')
      await answered(globex, id, proven)
      await setDeleted(globex, new Date())
      const other = await claim(acme, 'back.example')
      expect(other.status).toBe('pending')
      await answered(acme, other.id, gone)
      await setDeleted(globex, null)
      forgetAllHosts()
      expect(await holderOf('back.example')).toBe('claims-globex')
    })

    it('goes to whoever proves it by DNS, and stays there when the other one is restored', async () => {
      const { id } = await claim(globex, 'passed-on.example')
      await answered(globex, id, proven)
      const living = await claim(acme, 'not-passed-on.example')
      await answered(acme, living.id, proven)
      await setDeleted(globex, new Date())
      const other = await claim(acme, 'passed-on.example')
      await answered(acme, other.id, proven)
      expect(await read(acme, other.id)).toMatchObject({ status: 'verified', lastError: null })
      expect(await holderOf('passed-on.example')).toBe('claims-acme')
      await setDeleted(globex, null)
      forgetAllHosts()
      expect(await holderOf('passed-on.example')).toBe('claims-acme')
      expect(await read(globex, id)).toMatchObject({ status: 'failed', lastError: expect.stringContaining('Another workspace') })
      await answered(globex, id, proven)
      expect(await holderOf('passed-on.example')).toBe('claims-acme')
      // No living workspace loses anything by it.
      expect(await holderOf('not-passed-on.example')).toBe('claims-acme')
      await inWork(globex.tenant, ({ tx }) => tx.$executeRaw`SELECT platform.release_domain('not-passed-on.example')`)
      expect(await read(acme, living.id)).toMatchObject({ status: 'verified' })
    })
  })

  describe('a proven domain whose record is gone', () => {
    it('stays with its workspace, whose admins are told once, and goes to nobody who has a record now', async () => {
      const hostname = 'lapsed.example'
      const { id } = await claim(acme, hostname)
      const other = await claim(globex, hostname)
      await answered(acme, id, proven)
      expect(await noticesOf(acme, hostname)).toEqual([['domain_verified', `${hostname} is verified`]])
      await answered(acme, id, silent)
      expect(await read(acme, id)).toMatchObject({ status: 'verified', lastError: null })
      for (let day = 0; day < 3; day++) await answered(acme, id, gone)
      await answered(globex, other.id, proven)
      expect(await read(acme, id)).toMatchObject({
        status: 'verified',
        lastError: 'The DNS name exists, but it does not have this record.',
      })
      expect(await holderOf(hostname)).toBe('claims-acme')
      expect(await noticesOf(acme, hostname)).toContainEqual(['domain_failed', `The DNS record of ${hostname} is missing`])
      const events = await eventsOf(acme.tenant, id)
      expect(events.filter(({ payload }) => (payload as { isLost?: boolean }).isLost)).toHaveLength(1)
      await answered(acme, id, proven)
      expect(await read(acme, id)).toMatchObject({ status: 'verified', lastError: null })
    })
  })

  describe('a certificate', () => {
    it('may be issued for our own hosts and for proven domains, for nothing else', async () => {
      const { id } = await claim(acme, 'certain.example')
      const ask = (names: string[]) => Promise.all(names.map(mayHaveCertificate))
      const ours = [env().ROOT_DOMAIN, `claims-acme.${env().ROOT_DOMAIN}`, `CLAIMS-ACME.${env().ROOT_DOMAIN}.`]
      expect(await ask(ours)).toEqual([true, true, true])
      const none = ['certain.example', `nobody.${env().ROOT_DOMAIN}`, `a.claims-acme.${env().ROOT_DOMAIN}`, 'example.com', '', '..', 'a b']
      expect(await ask(none)).toEqual(none.map(() => false))
      await answered(acme, id, proven)
      expect(await ask(['certain.example'])).toEqual([true])
    })
  })

  it('says what was found instead of the record', async () => {
    const { id } = await claim(acme, 'astray.example')
    await answered(acme, id, { isProven: false, isGone: true, error: msg('domains.wrongTarget', { found: 'verification.localhost' }) })
    expect((await read(acme, id)).lastError).toContain('points to “verification.localhost”')
  })
}
