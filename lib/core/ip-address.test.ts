import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressKey, normalizeAddress, originOfRequest, readTrustedProxies, type TrustedProxies } from './ip-address'

const trust = (text: string) => readTrustedProxies(text) as TrustedProxies

describe('the client of a request', () => {
  it.each([
    { proxies: 'off', peer: '203.0.113.7', forwarded: '198.51.100.1', is: '203.0.113.7', isProxied: false },
    { proxies: 'off', peer: '::ffff:203.0.113.7', is: '203.0.113.7', isProxied: false },
    { proxies: 'on', peer: '10.0.0.1', forwarded: '198.51.100.1', is: '198.51.100.1', isProxied: true },
    { proxies: 'on', peer: '10.0.0.1', forwarded: '6.6.6.6, 198.51.100.1', is: '198.51.100.1', isProxied: true },
    { proxies: '2', peer: '10.0.0.1', forwarded: '6.6.6.6, 198.51.100.1, 10.0.0.2', is: '198.51.100.1', isProxied: true },
    { proxies: '2', peer: '10.0.0.1', forwarded: '198.51.100.1', is: '198.51.100.1', isProxied: true },
    { proxies: 'on', peer: '10.0.0.1', is: '10.0.0.1', isProxied: true },
    { proxies: 'on', peer: '10.0.0.1', forwarded: '6.6.6.6, nonsense', is: '10.0.0.1', isProxied: true },
    { proxies: 'on', peer: '10.0.0.1', forwarded: '[2001:db8::1]:443', is: '2001:db8::1', isProxied: true },
    { proxies: 'on', peer: '10.0.0.1', forwarded: '198.51.100.1:5123', is: '198.51.100.1', isProxied: true },
    { proxies: '10.0.0.0/8', peer: '10.0.0.1', forwarded: '6.6.6.6, 198.51.100.1, 10.9.9.9', is: '198.51.100.1', isProxied: true },
    { proxies: '10.0.0.0/8', peer: '203.0.113.7', forwarded: '198.51.100.1', is: '203.0.113.7', isProxied: false },
    { proxies: 'private, loopback', peer: '::1', forwarded: '6.6.6.6, 172.20.0.3', is: '6.6.6.6', isProxied: true },
    { proxies: 'private', peer: '10.0.0.1', forwarded: '10.0.0.9, 10.0.0.8', is: '10.0.0.9', isProxied: true },
    { proxies: 'fd00::/8, 203.0.113.7', peer: '203.0.113.7', forwarded: '2001:db8::1, fd00::2', is: '2001:db8::1', isProxied: true },
    { proxies: 'on', peer: undefined, forwarded: '198.51.100.1', is: '198.51.100.1', isProxied: true },
    { proxies: 'off', peer: undefined, is: null, isProxied: false },
  ])('is $is behind $proxies, called from $peer with $forwarded', ({ proxies, peer, forwarded, is, isProxied }) => {
    expect(originOfRequest(peer, forwarded, trust(proxies))).toEqual({ address: is, isProxied })
  })

  it('is never what the client wrote itself, however much it writes', () => {
    const entry = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constant('10.0.0.1'))
    fc.assert(
      fc.property(fc.array(entry), fc.integer({ min: 1, max: 3 }), (forged, hops) => {
        const added = ['198.51.100.1', ...Array.from({ length: hops - 1 }, (_, index) => `10.0.0.${index + 1}`)]
        const header = [...forged, ...added].join(',')
        expect(originOfRequest('10.0.0.9', header, { hops }).address).toBe('198.51.100.1')
        expect(originOfRequest('10.0.0.9', header, trust('10.0.0.0/24')).address).toBe('198.51.100.1')
      }),
    )
  })
})

it.each(['yes', '', '-1', '11', '10.0.0.0/33', '10.0.0.0/8;loopback', 'private,,loopback', '300.1.1.1'])('%j names no proxies', (text) => {
  expect(readTrustedProxies(text)).toBeNull()
})

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:aaaa::1', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:bbbb::2', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  [null, 'unknown'],
])('limits count %s as %s', (address, key) => {
  expect(addressKey(address)).toBe(key)
})

it.each([
  ['203.0.113.7', '203.0.113.7'],
  [' 2001:DB8::1 ', '2001:db8::1'],
  ['[::1]', '::1'],
  ['unknown', null],
  ['', null],
  [undefined, null],
])('an address %j is written as %j', (text, written) => {
  expect(normalizeAddress(text)).toBe(written)
})
