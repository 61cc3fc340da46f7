import { expect, it } from 'vitest'
import { literalsIn } from './find-literals'

const holes = '`$' + '{name} changed its status`'
const textsIn = (source: string, file = 'a.tsx') => literalsIn(file, source).map(({ text }) => text)

it.each([
  ['text of an element', '<p>No tickets yet</p>', ['No tickets yet']],
  ['one word of it', '<p>{count} tickets</p>', ['tickets']],
  ['both sides of a choice', "<p>{open ? 'Open' : 'Closed'}</p>", ['Open', 'Closed']],
  ['a label', '<Field label="Subject" />', ['Subject']],
  ['a name for screen readers', '<button aria-label="Close" />', ['Close']],
  ['an error', "throw conflict('The ticket was changed.')", ['The ticket was changed.']],
  ['an error of a field', "export const a = () => { throw invalid({ email: ['This is taken.'] }) }", ['This is taken.']],
  ['a check of zod', "export const a = z.string().min(1, 'Enter a name.')", ['Enter a name.']],
  ['a table of labels', "const statusNames = { open: 'open' }", []],
  ['a table of labels', "const statusNames = { open: 'Open', hold: 'on hold' }", ['Open', 'on hold']],
  ['a sentence with holes', `const a = ${holes}`, [holes]],
  ['what is shown in a corner', "toast.success('Saved.')", ['Saved.']],
  ['a date that is English for everybody', "new Intl.DateTimeFormat('en-GB', {})", ["new Intl.DateTimeFormat('en-GB', {})"]],
])('finds %s: %s', (_, source, found) => expect(textsIn(source)).toEqual(found))

it.each([
  "'use client'",
  "import a from 'two words'",
  '<p className="flex items-center">{t(\'empty.title\')}</p>',
  "<p className={isOpen ? 'block truncate' : 'hidden'} />",
  "throw new Error('the relay lost its lock')",
  "log().warn({ id }, 'a delivery was given up')",
  "export const a = procedure.route({ summary: 'List tickets', tags: ['Tickets'] })",
  'const rows = sql`SELECT id FROM ticket`',
  "if (event.key === 'Enter' || status === 'Not here') go()",
  "const a = 'To be read by a machine' // not-words",
  "// not-words: a machine reads it\nconst a = 'To be read by a machine'",
  "conflict(msg('tickets.changed', { name }))",
])('leaves alone: %s', (source) => expect(textsIn(source)).toEqual([]))

it('says on which line', () => expect(literalsIn('a.tsx', '\n\n<p>Here</p>')).toEqual([{ line: 3, text: 'Here' }]))
