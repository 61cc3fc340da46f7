import { describe, expect, it } from 'vitest'
import { callName } from '../../core/person-name'
import { fillPlaceholders, meantPlaceholder } from './placeholder'

describe('A placeholder is filled in', () => {
  const fill = (name: string, text: string) => fillPlaceholders(text, { 'requester.firstName': callName(name), 'ticket.number': 'A-1' })

  it.each([
    ['Dr. Jane Doe', '<p>Dear {{requester.firstName}},</p>', '<p>Dear Jane,</p>'],
    ['Doe, Jane', '<p>Dear {{ requester.firstName }},</p>', '<p>Dear Jane,</p>'],
    ['Doe,', '<p>Dear {{requester.firstName}},</p>', '<p>Dear Doe,</p>'],
    ['Dr. Doe', '<p>Dear {{requester.firstName}},</p>', '<p>Dear Dr. Doe,</p>'],
    ['Jane&Co Doe', '<p>Dear {{requester.firstName}},</p>', '<p>Dear Jane&amp;Co,</p>'],
    ['', '<p>Hello {{requester.firstName}},</p>', '<p>Hello,</p>'],
    ['', '<p>Hello&nbsp;{{requester.firstName}}!</p>', '<p>Hello!</p>'],
    ['', '<p>Hello {{requester.firstName}}</p>', '<p>Hello</p>'],
    ['', '<p>Hello <strong>{{requester.firstName}}</strong>, hi</p>', '<p>Hello <strong></strong>, hi</p>'],
    ['jane@example.com', '<p>{{requester.firstName}}, thank you for {{ticket.number}}.</p>', '<p>Thank you for A-1.</p>'],
    ['Dr.', '<p>Thank you {{requester.firstName}} for writing.</p>', '<p>Thank you for writing.</p>'],
    ['', '<p>Dear <em>{{requester.firstName}} again</em></p>', '<p>Dear <em>again</em></p>'],
    ['Jane', '<p>{{other}} {{requester.firstName}}</p>', '<p>{{other}} Jane</p>'],
  ])('%j: %s', (name, text, filled) => {
    expect(fill(name, text)).toBe(filled)
  })

  it('in a text of nothing but spaces in the time that reading it takes', () => {
    const text = `x${' '.repeat(400_000)}y`
    expect(fill('', text) === text).toBe(true)
  })
})

it.each([
  ['requester.frstName', 'requester.firstName'],
  ['Requester.FirstName', 'requester.firstName'],
  ['ticket.nmber', 'ticket.number'],
  ['something.else', undefined],
])('%s was meant to be %s', (name, meant) => {
  expect(meantPlaceholder(name, ['requester.name', 'requester.firstName', 'ticket.number'])).toBe(meant)
})
