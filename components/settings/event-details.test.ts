import { expect, it } from 'vitest'
import { eventDetails, plainLabel } from './event-details'

it('tells of a change only what differs, with what it was', () => {
  const payload = {
    before: { name: 'Old', locale: 'en', phone: '1' },
    after: { name: 'New', locale: 'en', timeZone: 'UTC' },
    reason: 'Asked',
  }
  expect(eventDetails(payload)).toEqual([
    { path: ['name'], before: 'Old', value: 'New' },
    { path: ['timeZone'], before: null, value: 'UTC' },
    { path: ['phone'], before: '1', value: null },
    { path: ['reason'], value: 'Asked' },
  ])
  expect(eventDetails({ before: null, after: 'Standard', policyId: null })).toEqual([
    { path: ['change'], before: null, value: 'Standard' },
    { path: ['policyId'], value: null },
  ])
  expect(eventDetails({ before: 'pending', status: 'failed' })).toEqual([
    { path: ['before'], value: 'pending' },
    { path: ['status'], value: 'failed' },
  ])
})

it('leads to what is inside, also in lists, and keeps a list of plain values together', () => {
  expect(eventDetails({ tags: ['a', 'b'], targets: [{ metric: 'resolution', minutes: 60 }] })).toEqual([
    { path: ['tags'], value: ['a', 'b'] },
    { path: ['targets', '1', 'metric'], value: 'resolution' },
    { path: ['targets', '1', 'minutes'], value: 60 },
  ])
  expect(eventDetails({ before: { limits: { agent: 1, route: null } }, after: { limits: { agent: 2, route: null } } })).toEqual([
    { path: ['limits', 'agent'], before: 1, value: 2 },
  ])
  expect(eventDetails(null)).toEqual([])
})

it('makes a label of a field that nobody named', () => {
  expect(['holdUntil', 'department_id', 'memberIds', 'bodyHtml', 'id', 'is_late'].map(plainLabel)).toEqual([
    'Hold until',
    'Department',
    'Member',
    'Body',
    'id',
    'Is late',
  ])
})
