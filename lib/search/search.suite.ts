import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { foldText } from '../core/words'
import { env } from '../env'
import { findSubscriber } from '../events/registry'
import { deliverAll } from '../events/relay'
import type { ResolvedTenant } from '../tenancy/resolve'
import { statementsDuring } from '../testing/beside'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'
import { indexMissing } from './search-index'

/** What is written, and what it is looked for with. */
const found: [said: string, asked: string[]][] = [
  ['Rechnung von Łukasz Wałęsa', ['lukasz', 'walesa', 'Łukasz', 'ŁUKASZ', 'łuk']],
  ['Đorđe piše iz Niša', ['dorde', 'djordje OR dorde', 'nisa']],
  ['Anh Đào không đăng nhập được', ['dao', 'khong dang nhap duoc', 'Đào']],
  ['Þór og Æsa á Øksendal', ['thor', 'aesa', 'oksendal', 'Øksendal']],
  ['Işıl İstanbul’dan yazıyor', ['isil', 'istanbul', 'yaziyor', 'IŞIL']],
  ['Straße im Œuvre', ['strasse', 'oeuvre']],
  ['كَتَبَ مُحَمَّدٌ أمس', ['كتب', 'محمد', 'مُحَمَّد', 'امس']],
  ['شָׁלוֹם עֲלֵיכֶם', ['עליכם', 'עֲלֵיכֶם']],
  ['프린터가 고장났어요', ['프린터', '프린터를', '고장', '프린']],
  ['요금을 환불에 대해', ['환불', '환불은', '환불에서', '요금']],
  ['Paragraf №15 vom Vertrag', ['15', '№15', '№ 15', 'no 15']],
  ['Wróć do kon\u00adfi\u00adgu\u00adra\u00adcji', ['konfiguracji', 'wroc']],
  ['Печать не работает, ещё раз', ['еще', 'ПЕЧАТЬ']],
  ['The authenticator is lost', ['suthenticator', 'authentcator', 'authentcatro', 'authenticatr', 'auhtenticator', 'lsot']],
]

export function describeSearch() {
  let tenant: ResolvedTenant
  let owner: TestPerson
  let customer: TestPerson
  const ids = new Map<string, string>()

  interface Page {
    items: { id: string; title: string }[]
    corrections?: { from: string; to: string }[]
  }
  const search = async (who: TestPerson, q: string): Promise<Page> => {
    const answer = await who.request('GET', `/ticket?${new URLSearchParams({ q })}`)
    expect(answer.status, await answer.clone().text()).toBe(200)
    return (await answer.json()) as Page
  }
  const titles = async (who: TestPerson, q: string) => (await search(who, q)).items.map(({ title }) => title)
  const done = async <T = { id: string; version: number }>(answer: Promise<Response>): Promise<T> => {
    const response = await answer
    expect(response.status, await response.clone().text()).toBeLessThan(300)
    return (await response.json()) as T
  }

  beforeAll(async () => {
    tenant = await makeTenant('finding')
    owner = await makePerson(tenant, 'owner')
    customer = await makePerson(tenant, 'customer')
    for (const [said] of found) ids.set(said, (await makeTicket(tenant, { title: said })).id)
    await drainBackground()
  })

  it.each(found)('“%s” is found by other spellings', async (said, asked) => {
    for (const q of asked) expect(await titles(owner, q), q).toEqual([said])
  })

  it('the database folds texts as the index of the words does', async () => {
    const texts = [...found.flatMap(([said, asked]) => [said, ...asked]), 'ΕΛΛΆΔΑΣ', 'ŊŦĦƁ ẞ ﬁ ①', '한국어', 'हिन्दी', '\u200fx\ufeff', '']
    const rows = await inWork(
      tenant,
      ({ tx }) => tx.$queryRaw<{ said: string; folded: string }[]>`
        SELECT said, fold_text(said) AS folded FROM unnest(${texts}::text[]) AS said`,
    )
    expect(rows.map(({ folded }) => folded)).toEqual(texts.map(foldText))
  })

  it('what was said in several tickets, and more than once in one, is written at once', async () => {
    const jobs = env().JOBS
    env().JOBS = 'off'
    const tickets = [await makeTicket(tenant, { title: 'Zugspitze' }), await makeTicket(tenant, { title: 'Watzmann' })]
    for (const { id } of [...tickets, ...tickets])
      await done(owner.request('POST', `/ticket/${id}/comments`, { body: `Gipfelkreuz`, isInternal: true }))
    await drainBackground()
    const only = (name: string) => (name === 'search.index' ? findSubscriber(name) : undefined)
    await inWork(tenant, ({ tx }) => tx.eventDelivery.deleteMany({ where: { subscriber: { not: 'search.index' } } }))
    const statements = await statementsDuring(() => deliverAll(tenant.ref, only, { unitMs: 60_000, slowMs: 60_000 }))
    env().JOBS = jobs
    expect(statements.filter((text) => text.includes('INTO ticket_search'))).toHaveLength(1)
    expect((await titles(owner, 'gipfelkreuz')).toSorted()).toEqual(['Watzmann', 'Zugspitze'])
    expect(await titles(owner, 'watzmann')).toEqual(['Watzmann'])
  })

  describe('custom fields', () => {
    let id: string
    const field = (key: string, isPublic: boolean) => ({ name: key, kind: 'text', key, isPublic })
    const fields: Record<string, { id: string; version: number }> = {}
    beforeAll(async () => {
      fields.model = await done(owner.request('POST', '/fields', field('model', true)))
      fields.margin = await done(owner.request('POST', '/fields', field('margin', false)))
      fields.parts = await done(
        owner.request('POST', '/fields', { ...field('parts', true), kind: 'multi_select', options: ['Flugelhorn', 'Kazoo'] }),
      )
      id = (
        await done(
          customer.request('POST', '/ticket', {
            title: 'With values',
            description: 'x',
            fields: { model: 'Stradivarius', parts: ['Flugelhorn'] },
          }),
        )
      ).id
      const { version } = await done(owner.request('GET', `/ticket/${id}`))
      await done(owner.request('PUT', `/ticket/${id}/fields`, { fields: { margin: 'Guarneri' }, version }))
      await drainBackground()
    })

    it('are found by their values, by customers where they see them', async () => {
      for (const q of ['stradivarius', 'flugelhorn', 'guarneri']) expect(await titles(owner, q), q).toEqual(['With values'])
      for (const q of ['stradivarius', 'flugelhorn']) expect(await titles(customer, q), q).toEqual(['With values'])
      expect(await search(customer, 'guarneri')).toMatchObject({ items: [], corrections: [] })
    })

    it('are found by customers no longer when they see them no longer', async () => {
      const { version } = fields.model as { version: number }
      await done(owner.request('PUT', `/fields/${fields.model?.id}`, { name: 'Model', isPublic: false, version }))
      await done(owner.request('DELETE', `/fields/${fields.parts?.id}`))
      await drainBackground()
      for (const q of ['stradivarius', 'stradivarus', 'flugelhorn']) expect(await titles(customer, q), q).toEqual([])
      for (const q of ['stradivarius', 'flugelhorn']) expect(await titles(owner, q), q).toEqual(['With values'])
    })
  })

  it('what was quoted and is folded away is found, in a note by staff alone', async () => {
    const { id } = await done(customer.request('POST', '/ticket', { title: 'Quoting', description: 'x' }))
    await done(owner.request('POST', `/ticket/${id}/comments`, { body: 'Reply' }))
    await done(owner.request('POST', `/ticket/${id}/comments`, { body: 'Note', isInternal: true }))
    await drainBackground()
    await inWork(tenant, async ({ tx }) => {
      await tx.ticketMessage.updateMany({ where: { ticketId: id, kind: 'reply' }, data: { quotedText: '> the marzipan of last week' } })
      await tx.ticketMessage.updateMany({ where: { ticketId: id, kind: 'note' }, data: { quotedText: '> the truffles of last week' } })
      await tx.ticketSearch.deleteMany({ where: { ticketId: id } })
    })
    expect(await indexMissing(tenant.ref)).toBe(1)
    expect(await titles(customer, 'marzipan')).toEqual(['Quoting'])
    expect(await titles(owner, 'truffles')).toEqual(['Quoting'])
    expect(await titles(customer, 'truffles')).toEqual([])
  })

  it('words that were cut in an older way are cut anew by the sweep, and found as they were until then', async () => {
    const [said] = found[0] as [string, string[]]
    const ticketId = ids.get(said) as string
    const mark = tenant.ref.id.slice(-8)
    await inWork(
      tenant,
      ({ tx }) =>
        tx.$executeRaw`UPDATE ticket_search SET version = 1, document = ${`'${mark}:rechnung':1A '${mark}:łukasz':2A`}::tsvector WHERE ticket_id = ${ticketId}::uuid`,
    )
    expect(await titles(owner, 'rechnung')).toEqual([said])
    expect(await titles(owner, 'lukasz')).toEqual([])
    expect(await indexMissing(tenant.ref)).toBe(1)
    expect(await titles(owner, 'lukasz')).toEqual([said])
    expect(await indexMissing(tenant.ref)).toBe(0)
  })

  describe('the index knows what an agent may see', () => {
    const words = ['Abrikoosi', 'Persikka', 'Mustikka', 'Karviainen', 'Puolukka', 'Vadelma']
    const ticketOf = new Map<string, string>()
    const askers: Record<string, TestPerson> = {}
    let finance: string
    /** With a slip, which is corrected into words within reach alone. */
    const seen = async (name: string) => {
      const found: string[] = []
      for (const word of words) found.push(...(await titles(askers[name] as TestPerson, `${word.slice(0, -2)}x${word.slice(-1)}`)))
      return found
    }
    beforeAll(async () => {
      for (const name of ['near', 'involved', 'granted', 'far']) askers[name] = await makePerson(tenant, 'agent')
      const id = (name: string) => (askers[name] as TestPerson).id
      const tenantId = tenant.ref.id
      finance = (await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: false } }))).id
      const [inSupport, assigned, watched, grantedAlone, moved] = words as [string, string, string, string, string]
      for (const word of words)
        ticketOf.set(
          word,
          (await makeTicket(tenant, { title: word, departmentId: word === inSupport || word === moved ? undefined : finance })).id,
        )
      const at = (word: string) => ticketOf.get(word) as string
      await inWork(tenant, async ({ tx }) => {
        await tx.departmentMember.deleteMany({ where: { personId: { in: ['involved', 'granted', 'far'].map(id) } } })
        await tx.ticket.update({ where: { tenantId_id: { tenantId, id: at(assigned) } }, data: { assigneeId: id('involved') } })
        await tx.watcher.create({ data: { tenantId, ticketId: at(watched), personId: id('involved') } })
        const objectId = at(grantedAlone)
        await tx.grant.create({
          data: { tenantId, id: newId(), permission: 'ticket.view', personId: id('granted'), objectType: 'ticket', objectId },
        })
      })
      await drainBackground()
    })

    it.each([
      ['near', ['Abrikoosi', 'Puolukka']],
      ['involved', ['Persikka', 'Mustikka']],
      ['granted', ['Karviainen']],
      ['far', []],
    ])('%s', async (name, expected) => {
      expect(await seen(name)).toEqual(expected)
    })

    it('also where it does not say yet in which department a ticket is', async () => {
      const document = (word: string) => `'${tenant.ref.id.slice(-8)}:${word}':1A`
      for (const [word, id] of ticketOf)
        await inWork(
          tenant,
          ({ tx }) =>
            tx.$executeRaw`UPDATE ticket_search SET version = 2, document = ${document(word.toLowerCase())}::tsvector WHERE ticket_id = ${id}::uuid`,
        )
      expect([await seen('near'), await seen('involved'), await seen('far')]).toEqual([
        ['Abrikoosi', 'Puolukka'],
        ['Persikka', 'Mustikka'],
        [],
      ])
      expect(await indexMissing(tenant.ref)).toBe(words.length)
    })

    it('and learns of a move', async () => {
      const id = ticketOf.get('Puolukka')
      const { version } = await done(owner.request('GET', `/ticket/${id}`))
      await done(owner.request('PUT', `/ticket/${id}/department`, { departmentId: finance, version }))
      await inWork(tenant, ({ tx }) =>
        tx.departmentMember.create({ data: { tenantId: tenant.ref.id, departmentId: finance, personId: (askers.far as TestPerson).id } }),
      )
      await drainBackground()
      expect(await seen('near')).toEqual(['Abrikoosi'])
      expect(await seen('far')).toEqual(['Persikka', 'Mustikka', 'Karviainen', 'Puolukka', 'Vadelma'])
    })
  })

  describe('contacts', () => {
    const people = async (q: string) => {
      const page = await done<{ items: { name: string }[] }>(owner.request('GET', `/contacts?${new URLSearchParams({ q })}`))
      return page.items.map(({ name }) => name)
    }
    beforeAll(async () => {
      const contacts = [
        { name: 'Łukasz Müller', emails: ['l@finding.test'], phones: ['+44 (0)20 7946-0018'] },
        { name: 'Şule Þórsdóttir', emails: ['s@finding.test'], phones: ['0700 555 123'] },
        { name: 'Anyone', emails: ['plain@finding.test'], phones: [] },
      ]
      for (const contact of contacts) await done(owner.request('POST', '/contacts', contact))
      await done(owner.request('POST', '/organisations', { name: 'Zakład Øresund' }))
    })

    it.each([
      ['lukasz', ['Łukasz Müller']],
      ['MULLER', ['Łukasz Müller']],
      ['müller', ['Łukasz Müller']],
      ['thorsdottir', ['Şule Þórsdóttir']],
      ['sule', ['Şule Þórsdóttir']],
      ['plain@', ['Anyone']],
      ['+442079460018', ['Łukasz Müller']],
      ['0044 20 7946 0018', ['Łukasz Müller']],
      ['020 79460018', ['Łukasz Müller']],
      ['(020) 7946-0018', ['Łukasz Müller']],
      ['7946 0018', ['Łukasz Müller']],
      ['0700555123', ['Şule Þórsdóttir']],
      ['+254 700 555123', ['Şule Þórsdóttir']],
      ['700-555', ['Şule Þórsdóttir']],
      ['100%', []],
      ['_', []],
    ])('are found by %s', async (q, expected) => {
      expect(await people(q)).toEqual(expected)
    })

    it('and organisations by plain letters', async () => {
      const named = async (q: string) =>
        (await done<{ items: { name: string }[] }>(owner.request('GET', `/organisations?${new URLSearchParams({ q })}`))).items.map(
          ({ name }) => name,
        )
      expect(await named('zaklad')).toEqual(['Zakład Øresund'])
      expect(await named('ØRESUND')).toEqual(['Zakład Øresund'])
      expect(await named('nowhere')).toEqual([])
    })
  })
}
