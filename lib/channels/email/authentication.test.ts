import { describe, expect, it } from 'vitest'
import { type Authenticity, authenticityOf, handedOverBy, isSameOrganisation, trustedResults } from './authentication'
import { presets } from './mailboxes/schema'
import { parseMail } from './parse'
import type { Authentication } from './schema'

const found = (given: Partial<Authentication>): Authentication => ({
  by: 'dns',
  spf: null,
  dkim: null,
  dmarc: null,
  arc: null,
  isAligned: false,
  clientIp: null,
  answers: [],
  ...given,
})

it.each<[string, Partial<Authentication>, Authenticity]>([
  ['the policy is kept', { dmarc: 'pass' }, 'pass'],
  ['the policy is broken', { dmarc: 'fail', spf: 'pass' }, 'fail'],
  ['a forwarder that is known says it was right', { dmarc: 'fail', arc: 'pass' }, 'not_checked'],
  ['a forwarder that nobody knows says so', { dmarc: 'fail', arc: 'none' }, 'fail'],
  ['no policy, and a signature of the domain', { dmarc: 'none', dkim: 'pass', isAligned: true }, 'pass'],
  ['no policy, and a signature of somebody else', { dmarc: 'none', dkim: 'pass' }, 'not_checked'],
  ['no policy, and both fail', { dmarc: 'none', spf: 'fail', dkim: 'fail' }, 'fail'],
  ['no policy, and one fails', { dmarc: 'none', spf: 'fail', dkim: 'none' }, 'not_checked'],
  ['the policy can’t be asked for', { dmarc: 'temperror', spf: 'fail', dkim: 'fail' }, 'not_checked'],
  ['nothing is known', {}, 'not_checked'],
])('%s', (_, authentication, expected) => {
  expect(authenticityOf({ verdict: null, authentication: found(authentication) })).toBe(expected)
})

it("the provider's word comes first", () => {
  const verdict = { spf: null, dkim: null, dmarc: 'fail', isSpam: null } as const
  expect(authenticityOf({ verdict, authentication: found({ dmarc: 'pass' }) })).toBe('fail')
  expect(authenticityOf({ verdict: { ...verdict, dmarc: null }, authentication: found({ dmarc: 'pass' }) })).toBe('pass')
})

it.each([
  ['mail.example.com', 'example.com', true],
  ['a@news.example.co.uk', 'example.co.uk', true],
  ['other.co.uk', 'example.co.uk', false],
  ['ada.github.io', 'eve.github.io', false],
  ['', '', false],
])('%s and %s are of one organisation: %s', (one, other, expected) => expect(isSameOrganisation(one, other)).toBe(expected))

const mail = (...headers: string[]) => parseMail(Buffer.from([...headers, 'From: ada@example.com', '', 'Text'].join('\r\n')))
const trusted = ['mx.acme.example']

describe('what a trusted host found', () => {
  const results = async (...headers: string[]) => trustedResults(await mail(...headers), trusted)
  const passes = 'spf=pass smtp.mailfrom=ada@example.com; dkim=pass header.d=example.com; dmarc=pass (p=NONE) header.from=example.com'

  it('is read from its header', async () => {
    expect(await results(`Authentication-Results: mx.acme.example; ${passes}`)).toMatchObject({
      by: 'header',
      spf: 'pass',
      dkim: 'pass',
      dmarc: 'pass',
      isAligned: true,
    })
  })

  it.each([
    ['of another host', ['Authentication-Results: mx.evil.example; dmarc=pass']],
    ['of a host that begins like it', ['Authentication-Results: mx.acme.example.evil.example; dmarc=pass']],
    [
      'below what another host took over from the net',
      ['Received: from a (b [192.0.2.1]) by mx.evil.example', `Authentication-Results: mx.acme.example; ${passes}`],
    ],
  ])('is not read from one %s', async (_, headers) => expect(await results(...headers)).toBeNull())

  it('is what stands on top, and not what came with the message', async () => {
    const real = 'Authentication-Results: mx.acme.example 1; dmarc=fail header.from=example.com'
    const forged = `Authentication-Results: mx.acme.example; ${passes}`
    expect(await results(real, 'Received: from x ([192.0.2.9]) by mx.acme.example', forged)).toMatchObject({ dmarc: 'fail', spf: null })
    expect(await results(real, 'Authentication-Results: mx.evil.example; spf=pass', forged)).toMatchObject({ dmarc: 'fail', spf: null })
  })

  it('is what the first of several says of a check, whatever follows it', async () => {
    const real = 'Authentication-Results: mx.acme.example; spf=fail smtp.mailfrom=eve@evil.example; dmarc=fail header.from=example.com'
    const forged = `Authentication-Results: mx.acme.example; ${passes}`
    expect(await results(real, forged)).toMatchObject({ spf: 'fail', dmarc: 'fail' })
    expect(await results(real, 'Subject: x', forged)).toMatchObject({ spf: 'fail', dkim: null, dmarc: 'fail', isAligned: false })
    const twice = 'Authentication-Results: mx.acme.example; dmarc=fail header.from=example.com; dmarc=pass header.from=example.com'
    expect(await results(twice)).toMatchObject({ dmarc: 'fail' })
    const noPolicy = 'Authentication-Results: mx.acme.example; spf=fail smtp.mailfrom=ada@example.com; dkim=fail header.d=example.com'
    expect(await results(noPolicy, forged.replace(/; dmarc.*/, ''))).toMatchObject({ spf: 'fail', dkim: 'fail', isAligned: false })
  })

  it('may stand in several headers, one for each check', async () => {
    const one = 'Authentication-Results: mx.acme.example; spf=softfail (no) smtp.mailfrom=example.com'
    const two = 'Authentication-Results: "MX.acme.example"; dkim=pass (dkim=fail) header.i=@mail.example.com header.s=x'
    expect(await results(one, two)).toMatchObject({ spf: 'none', dkim: 'pass', isAligned: true })
  })

  it('is of no use when it is about another sender', async () => {
    const other = 'Authentication-Results: mx.acme.example; dkim=pass header.d=evil.example; dmarc=pass header.from=evil.example'
    expect(await results(other)).toMatchObject({ dkim: 'pass', dmarc: 'none', isAligned: false })
    expect(await results('Authentication-Results: mx.acme.example; dmarc=pass', 'From: b@other.example')).toMatchObject({ dmarc: 'none' })
  })
})

describe('what the servers of known providers found', () => {
  const ofPreset = async (preset: keyof typeof presets, ...headers: string[]) =>
    trustedResults(await mail(...headers), presets[preset].authservIds)
  const forged = 'spf=pass smtp.mailfrom=example.com; dkim=pass header.d=example.com; dmarc=pass header.from=example.com'

  it('is read as Gmail writes it, below what took it over', async () => {
    const internal = 'Received: by 2002:a05:6102:1234:b0:4cd:1234 with SMTP id abc'
    const received = 'Received: from mail.example.com (mail.example.com. [192.0.2.7]) by mx.google.com with ESMTPS id 1'
    const results =
      'Authentication-Results: mx.google.com; dkim=pass header.i=@example.com header.s=a header.b=x; spf=pass (google.com: domain of ada@example.com designates 192.0.2.7 as permitted sender) smtp.mailfrom=ada@example.com; dmarc=fail (p=REJECT sp=REJECT dis=NONE) header.from=example.com'
    expect(await ofPreset('gmail', internal, received, results, `Authentication-Results: mx.google.com; ${forged}`)).toMatchObject({
      ...{ spf: 'pass', dkim: 'pass', dmarc: 'fail', isAligned: true },
    })
    expect(await ofPreset('gmail', internal, received, `Authentication-Results: mx.evil.example; ${forged}`)).toBeNull()
  })

  it('is read as Yahoo writes it, each time by another host', async () => {
    const host = 'atlas-production.v2-mail-prod1-gq1.omega.yahoo.com'
    const received = `Received: from 127.0.0.1 by ${host} with HTTP`
    const results = `Authentication-Results: ${host}; dkim=unknown; spf=none smtp.mailfrom=example.com; dmarc=fail(p=NONE) header.from=example.com;`
    expect(await ofPreset('yahoo', received, results, `Authentication-Results: atlas1.free.mail.bf1.yahoo.com; ${forged}`)).toMatchObject({
      ...{ spf: 'none', dkim: 'none', dmarc: 'fail', isAligned: false },
    })
    expect(await ofPreset('yahoo', received, `Authentication-Results: notyahoo.com; ${forged}`)).toBeNull()
  })

  it('is read as Microsoft writes it, without a name, and only what stands on top', async () => {
    const inner = [
      'Received: from BN1PR10CA0002.namprd10.prod.outlook.com (2603:10b6::7) by DM4PR12MB6448.namprd12.prod.outlook.com (2603:10b6::8)',
      'Received: from BN1PEPF00004687.namprd05.prod.outlook.com (2603:10b6::b7) by BN1PR10CA0002.outlook.office365.com (2603:10b6::7)',
    ]
    const results =
      'Authentication-Results: spf=fail (sender IP is 198.51.100.7) smtp.mailfrom=example.com; dkim=none (message not signed) header.d=none;dmarc=fail action=quarantine header.from=example.com;compauth=fail reason=000'
    const border = 'Received: from mail.evil.example (198.51.100.7) by BN1PEPF00004687.mail.protection.outlook.com (10.167.243.132)'
    const verdicts = { spf: 'fail', dkim: 'none', dmarc: 'fail', isAligned: false }
    expect(await ofPreset('outlook', ...inner, results, border, `Authentication-Results: ${forged}`)).toMatchObject(verdicts)
    const short = 'Authentication-Results: dkim=none (message not signed) header.d=none;dmarc=none action=none header.from=example.com;'
    expect(await ofPreset('outlook', ...inner, short, border, `Authentication-Results: ${forged}`)).toMatchObject({
      spf: null,
      dmarc: 'none',
    })
    expect(await ofPreset('outlook', ...inner, short, `Authentication-Results: ${forged}`)).toMatchObject({ spf: null, isAligned: false })
    // Elsewhere one without a name is nobody's.
    expect(await ofPreset('gmail', `Authentication-Results: ${forged}`)).toBeNull()
    expect(await ofPreset('generic', `Authentication-Results: ${forged}`)).toBeNull()
  })
})

describe('who handed a message over', () => {
  const relays = ['mailgun.org']
  const by = async (...received: string[]) => handedOverBy(await mail(...received.map((value) => `Received: ${value}`)), relays)

  it.each([
    ['from mail.example.com (mail.example.com [192.0.2.7]) by mxa.mailgun.org with ESMTP id 1', '192.0.2.7', 'mail.example.com'],
    ['from [198.51.100.1] (host.example [IPv6:2001:db8::7]) by mxa.mailgun.org', '2001:db8::7', '[198.51.100.1]'],
    ['from unknown (HELO mail.example.com) (192.0.2.8) by mxa.mailgun.org', '192.0.2.8', 'mail.example.com'],
  ])('is said in %s', async (header, ip, helo) => expect(await by(header)).toEqual({ ip, helo }))

  it('is what the outermost of the trusted hosts heard of, and nothing from below them', async () => {
    const outer = 'from mail.example.com (x [192.0.2.7]) by mxa.mailgun.org'
    const inner = 'from mxa.mailgun.org (x [10.0.0.1]) by store.mailgun.org'
    const forged = 'from good.example (x [203.0.113.9]) by mxa.mailgun.org'
    expect(await by(inner, outer, 'from z (z [192.0.2.99]) by mail.example.com', forged)).toMatchObject({ ip: '192.0.2.7' })
    expect(await by('from z (z [192.0.2.99]) by mx.elsewhere.example', forged)).toEqual({ ip: null, helo: null })
    // What the sender wrote directly below the true line, in the name of a trusted host.
    expect(await by(outer, forged)).toMatchObject({ ip: '192.0.2.7' })
    expect(await by(inner, outer, forged)).toMatchObject({ ip: '192.0.2.7' })
    expect(await by('by store.mailgun.org with HTTP id 1', outer, forged)).toMatchObject({ ip: '192.0.2.7' })
    expect(handedOverBy(await mail(`Received: ${outer}`), [])).toEqual({ ip: null, helo: null })
  })
})
