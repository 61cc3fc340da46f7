import { beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase } from '../testing/database'
import { makePerson, makeTenant, type TestPerson } from '../testing/factories'

openTestDatabase()

let agent: TestPerson
beforeAll(async () => {
  agent = await makePerson(await makeTenant('sla'), 'agent')
})

const nine = [['09:00', '17:00']]
const schedule = { mon: nine, tue: nine, wed: nine, thu: nine, fri: nine, sat: [], sun: [] }
const calculate = async (body: object) => {
  const answer = await agent.request('POST', '/sla/calculate', { timezone: 'Europe/Berlin', schedule, ...body })
  return { status: answer.status, json: await answer.json() }
}

describe('POST /sla/calculate', () => {
  it('says when each item is due, and why', async () => {
    const { status, json } = await calculate({
      holidays: [
        '2026-12-25',
        { month: 1, day: 1, recurring: true, name: 'New Year' },
        { date: '2026-12-24', windows: [['09:00', '13:00']] },
      ],
      items: [
        { id: 'a', start: '2026-12-24T11:30:00Z', minutes: 60 },
        { id: 2, start: '2026-12-24T11:30:30Z', minutes: 30, pauses: [['2026-12-24T11:40:00Z', '2026-12-24T11:50:00Z']] },
        { id: 'held', start: '2026-12-23T15:30:00Z', minutes: 60, pauses: [['2026-12-23T15:45:00Z', null]] },
        { id: 'never', start: '2026-12-23T15:30:00Z', minutes: 1e9 },
        { id: 'at once', start: '2026-12-25T03:00:00Z', minutes: 0 },
      ],
    })
    expect(status).toBe(200)
    const due = json.items.map(({ id, deadline }: { id: unknown; deadline: unknown }) => [id, deadline])
    expect(due).toEqual([
      ['a', '2026-12-28T08:30:00.000Z'],
      [2, '2026-12-28T08:10:30.000Z'],
      ['held', null],
      ['never', null],
      ['at once', '2026-12-25T03:00:00.000Z'],
    ])
    expect(json.items[0].explanation).toEqual([
      { from: '2026-12-24T11:30:00.000Z', to: '2026-12-24T12:00:00.000Z', countedMinutes: 30, reason: 'open hours' },
      { from: '2026-12-24T12:00:00.000Z', to: '2026-12-24T23:00:00.000Z', countedMinutes: 0, reason: 'holiday', name: '2026-12-24' },
      { from: '2026-12-24T23:00:00.000Z', to: '2026-12-25T23:00:00.000Z', countedMinutes: 0, reason: 'holiday', name: '2026-12-25' },
      { from: '2026-12-25T23:00:00.000Z', to: '2026-12-28T08:00:00.000Z', countedMinutes: 0, reason: 'closed' },
      { from: '2026-12-28T08:00:00.000Z', to: '2026-12-28T08:30:00.000Z', countedMinutes: 30, reason: 'open hours' },
    ])
    expect(json.items[2].explanation.at(-1)).toEqual({ from: '2026-12-23T15:45:00.000Z', to: null, countedMinutes: 0, reason: 'paused' })
    // A long explanation ends in one line for the rest, and still sums to what was counted.
    expect(json.items[3].explanation).toHaveLength(101)
    expect(json.items[3].explanation.at(-1).reason).toBe('more')
    expect(json.items[4].explanation).toEqual([])
  })

  it('says how much of a time was working time', async () => {
    const { json } = await calculate({
      items: [
        { id: 'w', start: '2026-03-02T00:00:00Z', end: '2026-03-09T00:00:00Z', pauses: [['2026-03-02T10:00:00Z', '2026-03-02T11:00:15Z']] },
        { id: 'long', start: '1990-01-01T00:00:00Z', end: '2090-01-01T00:00:00Z' },
      ],
    })
    expect(json.items[0]).toMatchObject({ id: 'w', workingMinutes: 5 * 480 - 60.25 })
    for (const { workingMinutes, explanation } of json.items)
      expect(explanation.reduce((sum: number, { countedMinutes }: { countedMinutes: number }) => sum + countedMinutes, 0)).toBeCloseTo(
        workingMinutes,
        6,
      )
  })

  it('does a thousand items at once, and no more', async () => {
    const items = Array.from({ length: 1000 }, (_, id) => ({ id, start: new Date(1.77e12 + id * 3e7).toISOString(), minutes: 4800 }))
    const { status, json } = await calculate({ items })
    expect(status).toBe(200)
    expect(json.items).toHaveLength(1000)
    expect((await calculate({ items: [...items, { ...items[0], id: 'over' }] })).status).toBe(422)
  })

  const start = '2026-03-02T09:00:00Z'
  it.each([
    ['a calendar without hours', { schedule: { mon: [] }, items: [] }],
    ['a calendar that holidays close for ever', { schedule: {}, holidays: [{ date: '2026-03-02', windows: [] }], items: [] }],
    ['an unknown zone', { timezone: 'Europe/Atlantis', items: [] }],
    ['a time that is none', { schedule: { mon: [['9', '17']] }, items: [] }],
    ['a day that is none', { holidays: ['2026-02-30'], items: [] }],
    ['negative minutes', { items: [{ id: 'x', start, minutes: -1 }] }],
    ['neither minutes nor an end', { items: [{ id: 'x', start }] }],
    ['both minutes and an end', { items: [{ id: 'x', start, minutes: 1, end: start }] }],
    ['an end before the start', { items: [{ id: 'x', start, end: '2026-03-02T08:59:59Z' }] }],
    ['a pause that ends before it begins', { items: [{ id: 'x', start, minutes: 1, pauses: [[start, '2026-03-01T00:00:00Z']] }] }],
    ['an instant without a zone', { items: [{ id: 'x', start: '2026-03-02T09:00:00', minutes: 1 }] }],
    ['a year far away', { items: [{ id: 'x', start: '9999-03-02T09:00:00Z', minutes: 1 }] }],
    ['something it does not know', { items: [{ id: 'x', start, minutes: 1, hours: 2 }] }],
  ])('refuses %s, by field', async (_, body) => {
    const { status, json } = await calculate(body)
    expect(status).toBe(422)
    expect(Object.keys(json.fields).length).toBeGreaterThan(0)
  })
})
