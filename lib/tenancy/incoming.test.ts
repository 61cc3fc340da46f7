import { describe, expect, it } from 'vitest'
import { settleHeaders } from './incoming'

const settle = (given: Record<string, string>, env: Parameters<typeof settleHeaders>[1] = {}) => {
  const headers = new Headers(given)
  return { settled: settleHeaders(headers, env), headers: Object.fromEntries(headers) }
}

describe('the headers of a request', () => {
  it('keep nothing under our names but the id that is given here', () => {
    const { headers } = settle({
      host: 'a.test',
      'x-baraza-request-id': 'forged-id',
      'X-Baraza-Path': '/',
      'x-baraza-new': '1',
      accept: '*/*',
    })
    expect(Object.keys(headers).sort()).toEqual(['accept', 'host', 'x-baraza-request-id', 'x-forwarded-host'])
    expect(headers['x-baraza-request-id']).toMatch(/^[\da-f-]{36}$/)
  })

  it.each([
    ['request-1', true],
    ['short', false],
    ['with space', false],
  ])('take over the id %j of whoever asks: %s', (id, isTaken) => {
    expect(settle({ host: 'a.test', 'x-request-id': id }).headers['x-baraza-request-id'] === id).toBe(isTaken)
  })

  it("say a proxy's host where a proxy is trusted, and no other", () => {
    const given = { host: 'a.test:3000', 'x-forwarded-host': 'b.test' }
    expect(settle(given).settled).toEqual({ given: 'a.test:3000', host: 'a.test' })
    expect(settle(given, { TRUST_PROXY: 'off' }).headers['x-forwarded-host']).toBe('a.test:3000')
    expect(settle(given, { TRUST_PROXY: '1' }).settled?.host).toBe('b.test')
    expect(settle(given, { VERCEL: '1' }).settled?.host).toBe('b.test')
  })

  it.each([{}, { host: 'a b' }, { host: '' }])('without a host are nothing: %j', (given) => {
    expect(settle(given as Record<string, string>).settled).toBeNull()
  })
})
