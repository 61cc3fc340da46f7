import { afterEach, describe, expect, it } from 'vitest'
import { env } from '../env'
import { isDevMailboxOpen } from './dev-mailbox'

describe('the development mailbox', () => {
  afterEach(() => Object.assign(env(), { ROOT_DOMAIN: 'localhost', DEV_MAILBOX: 'local' }))

  it.each(['127.0.0.1', '127.8.9.10', '::1'])('is shown to %s', (address) => expect(isDevMailboxOpen(address)).toBe(true))

  it.each([null, '192.168.1.7', '10.0.0.1', '1127.0.0.1', '127.0.0.1.evil.com', 'fe80::1', ''])('is not shown to %s', (address) =>
    expect(isDevMailboxOpen(address)).toBe(false),
  )

  it('is opened to others on demand, but never on a real domain', () => {
    env().DEV_MAILBOX = 'open'
    expect(isDevMailboxOpen('192.168.1.7')).toBe(true)
    env().ROOT_DOMAIN = 'desk.example.com'
    expect(isDevMailboxOpen('127.0.0.1')).toBe(false)
  })
})
