import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileCalendar } from '../calendar/compile'
import { explain, minutesOf } from '../calendar/explain'
import { aroundTheClock, calendarInput } from '../calendar/schema'
import { minuteMs } from '../calendar/time'
import { type ClockTarget, historyOf, type Moment, pausesOf, slaStatusOf } from './clock'

const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 9) + minute * minuteMs)
const minute = (date: Date | null) => (date ? (date.getTime() - at(0).getTime()) / minuteMs : null)

type Step = [minute: number, what: Moment['what'] | 'created by the team']
const momentsOf = (steps: Step[]): Moment[] =>
  steps.map(([when, what]) => {
    const about = { at: at(when), by: 'someone' }
    if (what === 'created' || what === 'created by the team') return { ...about, what: 'created', isAnswer: what !== 'created' }
    if (what === 'done') return { ...about, what, isMoot: false }
    return what === 'hold' ? { ...about, what, reason: 'why' } : { ...about, what }
  })
/** Each step so many minutes after the one before. */
function stepsOf(gaps: Step[]): { steps: Step[]; now: number } {
  const steps: Step[] = [[0, 'created']]
  let now = 0
  for (const [gap, what] of gaps) {
    now += gap
    steps.push([now, what])
  }
  return { steps, now }
}

const told = (steps: Step[]) => {
  const { runs, rests } = historyOf(momentsOf(steps))
  return {
    runs: runs.map(({ metric, cycle, startedAt, stoppedAt }) => `${metric} ${cycle}: ${minute(startedAt)}–${minute(stoppedAt) ?? ''}`),
    rests: rests.map(({ reason, from, to }) => `${reason}: ${minute(from)}–${minute(to) ?? ''}`),
  }
}

describe('a ticket’s history', () => {
  it.each<[string, Step[], string[], string[]]>([
    ['begins with two clocks', [[0, 'created']], ['resolution 1: 0–', 'first_response 1: 0–'], []],
    [
      'knows the first answer',
      [
        [0, 'created'],
        [5, 'asked'],
        [9, 'answered'],
        [12, 'answered'],
      ],
      ['resolution 1: 0–', 'first_response 1: 0–9'],
      ['waiting: 9–'],
    ],
    [
      'starts the next response with the first thing a customer writes after an answer',
      [
        [0, 'created'],
        [9, 'answered'],
        [20, 'asked'],
        [25, 'asked'],
        [30, 'answered'],
        [40, 'asked'],
      ],
      ['resolution 1: 0–', 'first_response 1: 0–9', 'next_response 1: 20–30', 'next_response 2: 40–'],
      ['waiting: 9–20', 'waiting: 30–40'],
    ],
    [
      'has no first response where the team wrote first',
      [
        [0, 'created by the team'],
        [5, 'asked'],
      ],
      ['resolution 1: 0–', 'next_response 1: 5–'],
      ['waiting: 0–5'],
    ],
    [
      'ends all clocks when all is done',
      [
        [0, 'created'],
        [9, 'answered'],
        [10, 'asked'],
        [15, 'done'],
        [16, 'done'],
      ],
      ['resolution 1: 0–15', 'first_response 1: 0–9', 'next_response 1: 10–15'],
      ['waiting: 9–10', 'done: 15–'],
    ],
    [
      'goes on with the resolution when it is reopened by what a customer writes, who waits since then',
      [
        [0, 'created'],
        [9, 'answered'],
        [15, 'done'],
        [40, 'asked'],
        [41, 'reopened'],
        [50, 'answered'],
        [60, 'done'],
      ],
      ['resolution 1: 0–60', 'first_response 1: 0–9', 'next_response 1: 40–50'],
      ['waiting: 9–15', 'done: 15–41', 'waiting: 50–60', 'done: 60–'],
    ],
    [
      'goes on with a first response that never came',
      [
        [0, 'created'],
        [15, 'done'],
        [40, 'reopened'],
        [45, 'answered'],
      ],
      ['resolution 1: 0–', 'first_response 1: 0–45'],
      ['done: 15–40', 'waiting: 45–'],
    ],
    [
      'goes on with an answer that is owed still',
      [
        [0, 'created'],
        [9, 'answered'],
        [10, 'asked'],
        [15, 'done'],
        [40, 'reopened'],
        [45, 'asked'],
        [50, 'answered'],
      ],
      ['resolution 1: 0–', 'first_response 1: 0–9', 'next_response 1: 10–50'],
      ['waiting: 9–10', 'done: 15–40', 'waiting: 50–'],
    ],
    [
      'waits for the customer again where it did',
      [
        [0, 'created'],
        [9, 'answered'],
        [15, 'done'],
        [40, 'reopened'],
      ],
      ['resolution 1: 0–', 'first_response 1: 0–9'],
      ['waiting: 9–15', 'done: 15–40', 'waiting: 40–'],
    ],
    [
      'owes nothing more that was answered after the end',
      [
        [0, 'created'],
        [15, 'done'],
        [20, 'answered'],
        [40, 'reopened'],
        [41, 'asked'],
      ],
      ['resolution 1: 0–', 'first_response 1: 0–15', 'next_response 1: 41–'],
      ['done: 15–40', 'waiting: 40–41'],
    ],
    [
      'knows holds, also two in a row and one that ends with the ticket',
      [
        [0, 'created'],
        [5, 'hold'],
        [8, 'resumed'],
        [10, 'hold'],
        [12, 'done'],
      ],
      ['resolution 1: 0–12', 'first_response 1: 0–12'],
      ['hold: 5–8', 'hold: 10–12', 'done: 12–'],
    ],
    ['has a thank-you after the end start nothing', [[0, 'created'], [9, 'answered'], [15, 'done'], [16, 'asked']], ['resolution 1: 0–15', 'first_response 1: 0–9'], ['waiting: 9–15', 'done: 15–']], // biome-ignore format: one row
  ])('%s', (_, steps, runs, rests) => {
    expect(told(steps)).toEqual({ runs, rests })
  })

  it('says of what ended without an answer, or for another ticket, that it is moot', () => {
    const end = (isMoot: boolean) =>
      historyOf([...momentsOf([[0, 'created']]), { at: at(9), by: null, what: 'done', isMoot }]).runs.map((run) => [run.metric, run.isMoot])
    expect(end(false)).toEqual([
      ['resolution', false],
      ['first_response', true],
    ])
    expect(end(true)).toEqual([
      ['resolution', true],
      ['first_response', true],
    ])
  })

  it('is the same whatever it is read together with: each clock starts once and ends once, and rests do not overlap themselves', () => {
    const what = fc.constantFrom<Moment['what']>('asked', 'answered', 'hold', 'resumed', 'done', 'reopened')
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), what), { maxLength: 40 }), (gaps) => {
        const { steps } = stepsOf(gaps)
        const { runs, rests } = historyOf(momentsOf(steps))
        for (const metric of ['first_response', 'next_response', 'resolution']) {
          const own = runs.filter((run) => run.metric === metric)
          expect(own.map(({ cycle }) => cycle)).toEqual(own.map((_, index) => index + 1))
          for (const [index, run] of own.entries()) {
            if (run.stoppedAt) expect(run.stoppedAt >= run.startedAt).toBe(true)
            const next = own[index + 1]
            if (next) expect(run.stoppedAt && run.stoppedAt <= next.startedAt).toBe(true)
          }
        }
        for (const reason of ['hold', 'waiting', 'done']) {
          const own = rests.filter((rest) => rest.reason === reason)
          for (const [index, rest] of own.entries())
            if (index > 0) expect(own[index - 1]?.to && (own[index - 1]?.to as Date) <= rest.from).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a clock', () => {
  const office = compileCalendar(
    calendarInput.parse({
      timezone: 'UTC',
      schedule: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [['09:00', '17:00']]])),
    }),
  )
  const clockTarget: ClockTarget = { calendar: office, targetMinutes: 60, pausesOnHold: true, pausesOnWaiting: false, countsFrom: null }
  const statusOf = (steps: Step[], metric: string, now: number, more: Partial<ClockTarget> = {}) => {
    const { runs, rests } = historyOf(momentsOf(steps))
    const run = runs.findLast((each) => each.metric === metric)
    if (!run) throw new Error('there is no such run')
    const { dueAt, pausedAt, breachedAt, consumedMs } = slaStatusOf(run, rests, { ...clockTarget, ...more }, at(now))
    return {
      due: minute(dueAt),
      paused: minute(pausedAt),
      breached: minute(breachedAt),
      took: consumedMs === null ? null : consumedMs / minuteMs,
    }
  }

  it('is due when the time is up, and breached after that, not at that instant', () => {
    const steps: Step[] = [[0, 'created']]
    expect(statusOf(steps, 'resolution', 60)).toEqual({ due: 60, paused: null, breached: null, took: null })
    expect(statusOf(steps, 'resolution', 61)).toEqual({ due: 60, paused: null, breached: 60, took: null })
    expect(statusOf([...steps, [60, 'answered']], 'first_response', 90)).toEqual({ due: 60, paused: null, breached: null, took: 60 })
    expect(statusOf([...steps, [61, 'answered']], 'first_response', 90)).toEqual({ due: 60, paused: null, breached: 60, took: 61 })
  })

  it('is paused on hold, if the policy says so, and loses no second', () => {
    const steps: Step[] = [
      [0, 'created'],
      [20, 'hold'],
    ]
    expect(statusOf(steps, 'resolution', 500)).toEqual({ due: null, paused: 20, breached: null, took: null })
    expect(statusOf([...steps, [50.25, 'resumed']], 'resolution', 60)).toEqual({ due: 90.25, paused: null, breached: null, took: null })
    expect(statusOf(steps, 'resolution', 500, { pausesOnHold: false })).toEqual({ due: 60, paused: null, breached: 60, took: null })
    // What was due before the hold began stays due.
    expect(
      statusOf(
        [
          [0, 'created'],
          [70, 'hold'],
        ],
        'resolution',
        80,
      ),
    ).toEqual({ due: 60, paused: null, breached: 60, took: null })
  })

  it('is paused for resolution alone while the customer is asked', () => {
    const steps: Step[] = [
      [0, 'created'],
      [10, 'answered'],
      [100, 'asked'],
    ]
    expect(statusOf(steps, 'resolution', 100, { pausesOnWaiting: true }).due).toBe(150)
    expect(statusOf(steps, 'next_response', 100, { pausesOnWaiting: true }).due).toBe(160)
  })

  it('counts from when the conditions were met, where the policy says so', () => {
    expect(statusOf([[0, 'created']], 'resolution', 10, { countsFrom: at(30) }).due).toBe(90)
  })

  it('does not count the time between done and reopened', () => {
    expect(
      statusOf(
        [
          [0, 'created'],
          [20, 'done'],
          [200, 'reopened'],
        ],
        'resolution',
        200,
      ).due,
    ).toBe(240)
  })

  it('finds its deadline after a hold of more than 400 days', () => {
    const days = 500 * 1440
    const due = statusOf(
      [
        [0, 'created'],
        [20, 'hold'],
        [days, 'resumed'],
      ],
      'resolution',
      days,
    ).due
    expect(due).toBe(days + 40 + (statusOf([[days, 'created']], 'resolution', days).due as number) - days - 60)
  })

  it('takes what its stretches of open time sum to', () => {
    const what = fc.constantFrom<Moment['what']>('asked', 'answered', 'hold', 'resumed')
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), what), { maxLength: 20 }), fc.boolean(), (gaps, pausesOnWaiting) => {
        const { steps: begun, now } = stepsOf(gaps)
        const steps: Step[] = [...begun, [now + 30, 'done']]
        const { runs, rests } = historyOf(momentsOf(steps))
        for (const run of runs) {
          const rules = { ...clockTarget, pausesOnWaiting }
          const { consumedMs } = slaStatusOf(run, rests, rules, at(now + 30))
          const stretches = [...explain(office, run.startedAt, run.stoppedAt as Date, pausesOf(run, rests, rules))]
          const open = stretches.filter(({ reason }) => reason === 'open').reduce((sum, each) => sum + minutesOf(each), 0)
          expect(consumedMs).toBe(open * minuteMs)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('around the clock is due in so many minutes', () => {
    expect(statusOf([[0, 'created']], 'resolution', 0, { calendar: compileCalendar(aroundTheClock), targetMinutes: 10_000 }).due).toBe(
      10_000,
    )
  })
})
