import { domainToASCII, domainToUnicode } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mailAddress, shownAddress } from './mail-address'
import { emailInput } from './schema'

describe('A mail address', () => {
  it.each([
    ['Jane.Doe@Example.COM', 'jane.doe@example.com'],
    [' jane@example.com. ', 'jane@example.com'],
    ['jane@Bücher.example', 'jane@xn--bcher-kva.example'],
    ['jane@bu\u0308cher.example', 'jane@xn--bcher-kva.example'],
    ['jane@xn--bcher-kva.example', 'jane@xn--bcher-kva.example'],
    ['用户@例え.テスト', '用户@xn--r8jz45g.xn--zckzah'],
    ['root@localhost', 'root@localhost'],
    ['backup@db_server_1.intern', 'backup@db_server_1.intern'],
    ["o'neill+tag/x=y@example.co.ke", "o'neill+tag/x=y@example.co.ke"],
    ['.dots..everywhere.@docomo.ne.jp', '.dots..everywhere.@docomo.ne.jp'],
    ['"a b"@example.com', '"a b"@example.com'],
    ['"Jane.Doe"@example.com', 'jane.doe@example.com'],
    ['root@[127.0.0.1]', 'root@[127.0.0.1]'],
    ['root@[IPv6:::1]', 'root@[ipv6:::1]'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('%j is %s', (typed, normal) => {
    expect(mailAddress(typed)).toBe(normal)
    expect(emailInput.parse(typed)).toBe(normal)
    // It is what it is.
    expect(mailAddress(normal)).toBe(normal)
  })

  it.each([
    '',
    'jane',
    '@example.com',
    'jane@',
    'jane@.example',
    'jane@exa mple.com',
    'jane doe@example.com',
    'a@b@example.com',
    'jane@example..com',
    'jane@-example.com',
    'Jane <jane@example.com>',
    'jane@example.com, joe@example.com',
    'jane@exam\u0000ple.com',
    '"jane@example.com, joe"@example.com',
    '"a<b>c"@example.com',
    '"a;b"@example.com',
    '"a\\"b"@example.com',
    '" a"@example.com',
    '"a\u00a0b"@example.com',
    '=?utf-8?q?jane?=@example.com',
    '"=?utf-8?q? jane"@example.com',
    'jane@[example]',
    `jane@${'a'.repeat(64)}.com`,
    `${'a'.repeat(65)}@example.com`,
    `jane@${'ü'.repeat(60)}.example`,
  ])('%j is none', (typed) => {
    expect(mailAddress(typed)).toBeNull()
    expect(emailInput.safeParse(typed).success).toBe(false)
  })

  it('is shown with its domain as it was typed', () => {
    expect(shownAddress('jane@xn--bcher-kva.example')).toBe('jane@bücher.example')
    expect(shownAddress('用户@xn--r8jz45g.xn--zckzah')).toBe('用户@例え.テスト')
    expect(shownAddress('jane@example.com')).toBe('jane@example.com')
    expect(shownAddress('jane@xn--nonsense-99999.example')).toBe('jane@xn--nonsense-99999.example')
  })

  it('in any script leads from what is shown back to itself, and is read as Node reads it', () => {
    const label = fc.stringMatching(/^[a-zäöüßéèñçабвгджзαβγδ山川口日本ไทยहिन्दी한국]{1,12}$/u)
    fc.assert(
      fc.property(label, label, (one, other) => {
        const address = mailAddress(`x@${one}.${other}`)
        fc.pre(address !== null)
        expect(address).toBe(`x@${domainToASCII(`${one}.${other}`)}`)
        expect(shownAddress(address as string)).toBe(`x@${domainToUnicode((address as string).slice(2))}`)
        expect(mailAddress(shownAddress(address as string))).toBe(address)
      }),
      { numRuns: 1000 },
    )
  })
})
