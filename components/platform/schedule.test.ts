import { expect, it } from 'vitest'
import { scheduleOf } from './schedule'

it.each([
  ['* * * * *', { every: 'minute', minutes: 1 }],
  ['*/5 * * * *', { every: 'minutes', minutes: 5 }],
  ['17 * * * *', { every: 'hour', minute: 17 }],
  ['37 2 * * *', { every: 'day', hour: 2, minute: 37 }],
  ['0 0 1 * *', null],
  ['0 */6 * * *', null],
  ['1,31 * * * *', null],
])('%s is told as what it means, and otherwise not at all', (cron, means) => {
  expect(scheduleOf(cron)).toEqual(means)
})
