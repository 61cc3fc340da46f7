import { expect, it } from 'vitest'
import { leadsHere } from './nav-link'

it.each([
  ['/settings/mail', '/settings/mail', true],
  ['/settings/mail', '/settings/mail/', true],
  ['/settings/mail', '/settings/mail/0192-an-id', true],
  ['/settings/sla', '/settings/sla/new', true],
  ['/settings/mail', '/settings/mailboxes', false],
  ['/settings/mail/0192-an-id', '/settings/mail', false],
  // The first page of a section is not the whole section.
  ['/settings', '/settings/mail', false],
  ['/settings', '/settings', true],
  ['/agent?view=mine', '/agent', true],
  ['/agent?view=mine', '/agent?view=hold', false],
  ['/agent?view=hold', '/agent?view=hold', true],
  ['/agent?view=all', '/agent?q=printer', true],
  ['/agent?view=mine', '/agent?q=printer', false],
  ['/agent/contacts', '/agent/contacts/0192-an-id', true],
  ['/', '/requests', false],
])('a link to %s, seen at %s: highlighted %s', (href, at, expected) => {
  const { pathname, searchParams } = new URL(at, 'http://x')
  expect(leadsHere(href, pathname, searchParams)).toBe(expected)
})
