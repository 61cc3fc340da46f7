import { expect, it } from 'vitest'
import type { MailboxOutput } from '@/lib/channels/email/mailboxes/schema'
import { type Form, formOf, isFilled, isStored, testOf, withPreset } from './mailbox-form'

const none = { google: false, microsoft: false }
const blank = formOf(undefined, none)
const filled = (more: Partial<Form['incoming']> = {}): Form => ({
  ...blank,
  address: 'a@gmail.test',
  incoming: { ...blank.incoming, password: 'geheim', ...more },
})

const server = { host: 'mail.acme.test', port: 993, security: 'tls' as const, user: 'a@acme.test', hasPassword: true }
const mailbox = {
  id: 'm1',
  address: 'a@acme.test',
  provider: 'imap',
  access: 'imap',
  preset: 'generic',
  isIncoming: true,
  isOutgoing: false,
  incoming: server,
  outgoing: { ...server, host: '', port: null, hasPassword: false },
} as MailboxOutput

it('can test a direction as soon as it has a host, a port and a password, whatever the other has', () => {
  const ready = (form: Form) => [isFilled(form, 'incoming', undefined), isFilled(form, 'outgoing', undefined)]
  expect(ready(blank)).toEqual([false, false])
  // One password serves both, unless email is only sent.
  expect(ready(filled())).toEqual([true, true])
  expect(ready({ ...filled(), isIncoming: false })).toEqual([true, false])
  expect(ready(filled({ host: ' ' }))).toEqual([false, true])
  expect(ready(filled({ port: 'x' }))).toEqual([false, true])
  expect(ready({ ...blank, outgoing: { ...blank.outgoing, password: 'geheim' } })).toEqual([false, true])
})

it('tests a direction alone, with the password that it will be saved with', () => {
  expect(testOf(filled(), 'outgoing', undefined)).toMatchObject({
    incoming: null,
    outgoing: { host: 'smtp.gmail.com', password: 'geheim' },
  })
  expect(testOf(filled(), 'incoming', undefined)).toMatchObject({
    incoming: { host: 'imap.gmail.com', password: 'geheim' },
    outgoing: null,
  })
  // Of a mailbox that exists each direction keeps its own.
  const edited = { ...formOf(mailbox, none), isOutgoing: true }
  const both = { ...edited, incoming: { ...edited.incoming, password: 'neu' } }
  expect(testOf(both, 'outgoing', mailbox).outgoing).not.toHaveProperty('password')
})

it('knows what is as it is stored, which needs no test to be saved again', () => {
  const form = formOf(mailbox, none)
  expect(isStored(form, 'incoming', mailbox)).toBe(true)
  expect(isStored(form, 'incoming', undefined)).toBe(false)
  expect(isStored({ ...form, isOutgoing: true }, 'outgoing', mailbox)).toBe(false)
  for (const change of [{ host: 'other.test' }, { port: '143' }, { security: 'none' as const }, { user: 'b' }, { password: 'neu' }])
    expect(isStored({ ...form, incoming: { ...form.incoming, ...change } }, 'incoming', mailbox), JSON.stringify(change)).toBe(false)
  expect(isStored({ ...form, address: 'b@acme.test' }, 'incoming', mailbox)).toBe(false)
})

it('fills in the servers of a provider and brings back what was typed for another', () => {
  const own = { ...withPreset(blank, 'generic') }
  expect([own.incoming.host, own.outgoing.host]).toEqual(['', ''])
  const typed = { ...own, incoming: { ...own.incoming, host: 'mail.acme.test', port: '1993', password: 'geheim' } }
  const yahoo = withPreset(typed, 'yahoo')
  expect(yahoo.incoming).toMatchObject({ host: 'imap.mail.yahoo.com', port: '993', password: 'geheim' })
  expect(yahoo.outgoing.host).toBe('smtp.mail.yahoo.com')
  const back = withPreset({ ...yahoo, incoming: { ...yahoo.incoming, password: 'anders' } }, 'generic')
  expect(back.incoming).toMatchObject({ host: 'mail.acme.test', port: '1993', password: 'anders' })
})
