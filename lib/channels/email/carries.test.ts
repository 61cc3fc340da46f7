import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { makePerson, makeTenant, type TestPerson } from '../../testing/factories'
import { mail, multipart, part, plain } from '../../testing/mails/build'
import type { MessageOutput } from '../../tickets/conversation/schema'
import { readCalendar } from './mime/calendar-event'
import { parseMail } from './parse'
import { readReceipt, receiveMail } from './receive'

openTestDatabase()

const zone = (id: string) => [
  'BEGIN:VTIMEZONE', `TZID:${id}`,
  'BEGIN:STANDARD', 'DTSTART:16010101T030000', 'TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100', 'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10', 'END:STANDARD',
  'BEGIN:DAYLIGHT', 'DTSTART:16010101T020000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200', 'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3', 'END:DAYLIGHT',
  'END:VTIMEZONE',
] // biome-ignore format: a calendar reads better than a column
const calendar = (method: string, event: string[], before: string[] = []) =>
  ['BEGIN:VCALENDAR', `METHOD:${method}`, ...before, 'BEGIN:VEVENT', 'SUMMARY:Visit', ...event, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n')
const eventOf = (...given: Parameters<typeof calendar>) => readCalendar(calendar(...given), undefined)[0]

describe('the time of an event', () => {
  it.each([
    ['of UTC', 'DTSTART:20261126T080000Z', '2026-11-26T08:00:00.000Z', []],
    ['of a zone that is known', 'DTSTART;TZID=Africa/Nairobi:20261126T110000', '2026-11-26T08:00:00.000Z', []],
    ['of a zone with its maker before it', 'DTSTART;TZID=/freeassociation.sourceforge.net/Africa/Nairobi:20261126T110000', '2026-11-26T08:00:00.000Z', []],
    ['of a zone that is described, in winter', 'DTSTART;TZID="W. Europe Standard Time":20261126T090000', '2026-11-26T08:00:00.000Z', zone('W. Europe Standard Time')],
    ['of a zone that is described, in summer', 'DTSTART;TZID="W. Europe Standard Time":20260726T090000', '2026-07-26T07:00:00.000Z', zone('W. Europe Standard Time')],
    ['of a described zone, the hour before its summer begins', 'DTSTART;TZID=Own:20260329T013000', '2026-03-29T00:30:00.000Z', zone('Own')],
    ['of a described zone, after its summer began', 'DTSTART;TZID=Own:20260329T033000', '2026-03-29T01:30:00.000Z', zone('Own')],
    ['of a zone that nothing says', 'DTSTART;TZID=Somewhere:20261126T110000', null, []],
    ['of no zone', 'DTSTART:20261126T110000', null, []],
    ['of a day', 'DTSTART;VALUE=DATE:20261126', null, []],
  ])('%s', (_, start, startsAt, before) => {
    expect(eventOf('REQUEST', [start], before)).toMatchObject({ startsAt, start: expect.stringMatching(/^2026/) })
  }) // biome-ignore format: a list reads better than a column

  it('that is none, in a zone that is nonsense, throws nothing', () => {
    for (const start of ['DTSTART:99999999T999999Z', 'DTSTART;TZID=Africa/Nairobi:20269926T250000', 'DTSTART;TZID=Own:20261399T990000'])
      expect(eventOf('REQUEST', [start], zone('Own'))?.startsAt ?? null, start).toBeNull()
  })
})

it('an answer to an invitation says whose it is and what; an invitation has none', () => {
  const attendee = 'ATTENDEE;PARTSTAT=DECLINED;CN=Ada:mailto:ada@shop.example'
  expect(eventOf('REPLY', [attendee])?.answer).toEqual({ by: 'ada@shop.example', status: 'DECLINED' })
  expect(eventOf('REQUEST', [attendee, 'RRULE:FREQ=WEEKLY'])).toMatchObject({ answer: null, isRepeated: true })
})

describe('a message that is in its signature', () => {
  it.each([
    ['of known lengths', 'MIIBCAYJKoZIhvcNAQcCoIH6MIH3AgEBMQ0wCwYJYIZIAWUDBAIBMFMGCSqGSIb3DQEHAaBGBERDb250ZW50LVR5cGU6IHRleHQvcGxhaW47IGNoYXJzZXQ9dXRmLTgNCg0KVGhlIGNvbnRyYWN0IGlzIHNpZ25lZC4NCjGBjTCBigIBATAkMAwxCjAIBgNVBAMMAXQCFHC77MKM/ICVyVIgusDY5UdqA17MMAsGCWCGSAFlAwQCATAKBggqhkjOPQQDAgRGMEQCIFQEC5ZA7dRM3FebyFZIM6kS7xRqitcnpJYzAfuo0njBAiANwVahYVBYpSLbA486Bk+V2R2XV0hT8armRhV5drgUdg=='],
    ['of unknown lengths', 'MIAGCSqGSIb3DQEHAqCAMIACAQExDTALBglghkgBZQMEAgEwgAYJKoZIhvcNAQcBoIAkgAREQ29udGVudC1UeXBlOiB0ZXh0L3BsYWluOyBjaGFyc2V0PXV0Zi04DQoNClRoZSBjb250cmFjdCBpcyBzaWduZWQuDQoAAAAAAAAxgY4wgYsCAQEwJDAMMQowCAYDVQQDDAF0AhRwu+zCjPyAlclSILrA2OVHagNezDALBglghkgBZQMEAgEwCgYIKoZIzj0EAwIERzBFAiEA44HQIpSHGlDcOM1dbQTxP4k8y4jUcr2Xdod24A2MF7wCIBV0BGddOKKwsrzQBEVXAZDJCwpWWuejbl0C4qYKs+tDAAAAAAAA'],
  ])('%s is read', async (_, content) => {
    const raw = mail(['Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m', 'Content-Transfer-Encoding: base64'], content)
    const { bodyText, protection, files } = await parseMail(Buffer.from(raw, 'latin1'))
    expect({ bodyText, protection, files }).toEqual({ bodyText: 'The contract is signed.', protection: { by: 'smime', isEncrypted: false }, files: [] })
  }) // biome-ignore format: a list reads better than a column

  it('and cut, or no such thing, stays a file', async () => {
    for (const content of [
      'MIIBCAYJKoZIhvcNAQcCoIH6MIH3AgEBMQ0wCwYJYIZIAWUDBAIBMFMGCSqGSIb3DQEHAaBGBERDb250ZW50LVR5cGU6IHRleHQvcGxhaW47IGNoYXJzZXQ9dXRmLTgNCg0KVGhlIGNvbnRyYWN0IGlzIHNpZ25lZC4NCjGBjTCBigIBATAkMAwxCjAIBgNVBAMMAXQCFHC77MKM/ICVyVIgusDY5UdqA17MMAsGCWCGSAFlAwQCATAKBggqhkjOPQQDAgRGMEQCIFQEC5ZA7dRM3FebyFZIM6kS7xRqitcnpJYzAfuo0njBAiANwVahYVBYpSLbA486Bk+V2R2XV0hT8armRhV5drgUdg=='.slice(
        0,
        80,
      ),
      'AAAA',
      'MIAwgDCAMIAwgDCA'.repeat(2000),
    ]) {
      const raw = mail(
        ['Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m', 'Content-Transfer-Encoding: base64'],
        content,
      )
      expect((await parseMail(Buffer.from(raw, 'latin1'))).files).toHaveLength(1)
    }
  })
})

describe('in the conversation', () => {
  let tenant: ResolvedTenant
  let agent: TestPerson
  beforeAll(async () => {
    tenant = await makeTenant('carries')
    agent = await makePerson(tenant, 'agent')
  })
  async function deliver(raw: string) {
    const given = { recipient: 'support@carries.localhost', provider: 'test', raw: Buffer.from(raw, 'latin1') }
    const { id } = await receiveMail(tenant, given, 'test')
    await drainBackground()
    return { id, ticketId: (await readReceipt(tenant, id)).ticketId as string }
  }
  const read = async <T>(who: TestPerson, path: string) => {
    const answer = await who.request('GET', path)
    expect(answer.status, await answer.clone().text()).toBe(200)
    return (await answer.json()) as T
  }
  const firstOf = async (who: TestPerson, ticketId: string) =>
    (await read<{ items: MessageOutput[] }>(who, `/ticket/${ticketId}/comments`)).items[0]

  it('an invitation, its protection and what was left out are shown; the original is for the staff who see the ticket', async () => {
    const customer = await makePerson(tenant, 'customer')
    // With a request on the portal they are the contact of their address.
    await customer.request('POST', '/ticket', { title: 'First', description: 'Hello' })
    const files = Array.from({ length: 201 }, (_, n) => part('text/csv', 'a', `Content-Disposition: attachment; filename=a${n}.csv`))
    const invite = part('text/calendar; method=CANCEL', calendar('CANCEL', ['DTSTART:20261126T080000Z', 'LOCATION:Room 4']))
    const raw = multipart('signed; protocol="application/pgp-signature"', [plain('See.'), invite, ...files], [`From: ${customer.email}`])
    const { id, ticketId } = await deliver(raw)
    const carried = { events: [{ method: 'CANCEL', summary: 'Visit', location: 'Room 4', startsAt: '2026-11-26T08:00:00.000Z' }], protection: { by: 'pgp' } }
    expect((await firstOf(agent, ticketId))?.mail).toMatchObject({ ...carried, id, limits: ['files'], authentication: 'not_checked' })
    expect((await firstOf(customer, ticketId))?.mail).toMatchObject({ ...carried, id: null, limits: [], authentication: null })

    const source = await read<{ headers: { name: string; value: string }[]; text: string; isCut: boolean }>(agent, `/settings/mail/messages/${id}/text`)
    expect(source.headers).toContainEqual({ name: 'From', value: customer.email })
    expect(source).toMatchObject({ isCut: false, text: expect.stringContaining('LOCATION:Room 4') })
    expect((await customer.request('GET', `/settings/mail/messages/${id}/text`)).status).toBe(403)
  }) // biome-ignore format: shorter

  it('the source of a message shows no key of a link to a request, however its lines are broken', async () => {
    const key = `${'0f'.repeat(16)}.mbq2x1.${'Kx_-'.repeat(6)}abc`
    const link = `https://carries.localhost/request#${key}`
    const broken = `${link.slice(0, 29)}=\r\n${link.slice(29, 40)}=\r\n${link.slice(40)} end`
    const { id } = await deliver(mail(['Content-Transfer-Encoding: quoted-printable'], `${link} and\r\n${broken}`))
    const { text } = await read<{ text: string }>(agent, `/settings/mail/messages/${id}/text`)
    expect(text).toContain('/request#… and')
    expect(text.replaceAll('=\n', '')).toContain('/request#… end')
  })

  it('the source of a long message is cut, and says how long it is', async () => {
    const { id } = await deliver(mail(['Subject: =?utf-8?q?Long?='], '<script>alert(1)</script> '.repeat(20_000)))
    const source = await read<{ text: string; isCut: boolean; size: number }>(agent, `/settings/mail/messages/${id}/text`)
    expect(source).toMatchObject({ isCut: true, size: expect.any(Number) })
    expect([source.text.length, source.size > 500_000]).toEqual([expect.any(Number), true])
    expect(source.text.length).toBeLessThanOrEqual(100_000)
  })
})
