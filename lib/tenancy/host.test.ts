import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRootHost, normalizeHost, slugOf } from './host'

describe('normalizeHost', () => {
  it.each([
    ['acme.example.com', 'acme.example.com'],
    ['ACME.Example.COM:3000', 'acme.example.com'],
    ['acme.example.com.', 'acme.example.com'],
    ['127.0.0.1:80', '127.0.0.1'],
    ['xn--mnchen-3ya.de', 'xn--mnchen-3ya.de'],
    ['', null],
    [null, null],
    ['a b', null],
    ['acme/../evil', null],
    ['-acme.com', null],
    ['acme..com', null],
    ['[::1]:3000', null],
    ['user@host', null],
    ['a'.repeat(300), null],
  ])('%s is %s', (header, host) => {
    expect(normalizeHost(header)).toBe(host)
  })

  it('gives only what can stand in a path and a query', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const host = normalizeHost(header)
        expect(host === null || /^[a-z0-9.-]+$/.test(host)).toBe(true)
      }),
    )
  })

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.domain(), (name) => {
        const once = normalizeHost(name)
        expect(normalizeHost(once)).toBe(once)
      }),
    )
  })
})

describe('slugOf', () => {
  it.each([
    ['acme.example.com', 'acme'],
    ['a-b.example.com', 'a-b'],
    ['example.com', null],
    ['x.acme.example.com', null],
    ['acme.example.com.evil.com', null],
    ['acmeexample.com', null],
    ['9lives.example.com', null],
    ['ab.example.com', null],
  ])('%s leads to %s', (host, slug) => {
    expect(slugOf(host, 'example.com')).toBe(slug)
  })
})

it('the root is its own name, and this machine while it is local', () => {
  expect(isRootHost('example.com', 'example.com')).toBe(true)
  expect(isRootHost('acme.example.com', 'example.com')).toBe(false)
  expect(isRootHost('127.0.0.1', 'localhost')).toBe(true)
  expect(isRootHost('127.0.0.1', 'example.com')).toBe(false)
})
