import { expect, it } from 'vitest'
import { readCalendar } from './calendar-event'

it.each([
  ['ORGANIZER:mailto:ada@customer.test', 'ada@customer.test'],
  ['ORGANIZER;CN=Ada Lovelace:mailto:ada@customer.test', 'Ada Lovelace <ada@customer.test>'],
  ['ORGANIZER;SENT-BY="mailto:s@customer.test";CN="Lovelace, Ada":MAILTO:ada@customer.test', 'Lovelace, Ada <ada@customer.test>'],
  ['ORGANIZER;CN="Ada ^\'the Countess^\' L^^":mailto:ada@customer.test', 'Ada "the Countess" L^ <ada@customer.test>'],
  ['ORGANIZER;CN=Ada@Customer.test:mailto:ada@customer.test', 'ada@customer.test'],
  ['ORGANIZER;CN=Ada', null],
  ['ORGANIZER;CN="":mailto:ada@customer.test', 'ada@customer.test'],
  ['ORGANIZER;CN=Ada\r\n  Lovelace:mailto:ada@customer.test', 'Ada Lovelace <ada@customer.test>'],
])('whoever invites by %j is named with the address', (line, organizer) => {
  const text = ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'SUMMARY:Call', line, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n')
  expect(readCalendar(text, 'REQUEST')).toMatchObject([{ summary: 'Call', organizer }])
})
