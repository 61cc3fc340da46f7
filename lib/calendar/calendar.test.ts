import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { compileCalendar, NeverOpen } from './compile'
import { explain, minutesOf } from './explain'
import { type CalendarSpec, calendarInput } from './schema'
import { aroundTheClock } from './values'
import { addBusinessTime, businessTimeBetween, farthestDays, isOpenAt, type Pause } from './walk'

const at = (text: string) => new Date(text)
const nine = [['09:00', '17:00']] as [string, string][]
const officeHours = { mon: nine, tue: nine, wed: nine, thu: nine, fri: nine }
const read = (given: unknown): CalendarSpec => calendarInput.parse(given)
const berlin = (holidays: unknown[] = [], schedule: unknown = officeHours) =>
  compileCalendar(read({ timezone: 'Europe/Berlin', schedule, holidays }))
const due = (calendar: ReturnType<typeof compileCalendar>, start: string, minutes: number, pauses: Pause[] = []) =>
  addBusinessTime(calendar, at(start), minutes, pauses)?.toISOString() ?? null

describe('a deadline', () => {
  it.each([
    ['is the same day where there is time', '2026-03-02T10:00:00Z', 60, '2026-03-02T11:00:00.000Z'],
    ['goes on at the next opening', '2026-03-06T15:30:00Z', 60, '2026-03-09T08:30:00.000Z'],
    ['stays at closing time', '2026-03-06T15:00:00Z', 60, '2026-03-06T16:00:00.000Z'],
    ['starts to run at the next opening', '2026-03-07T12:00:00Z', 60, '2026-03-09T09:00:00.000Z'],
    ['keeps seconds', '2026-03-06T15:59:30.250Z', 1, '2026-03-09T08:00:30.250Z'],
    ['of no time is its start, also when closed', '2026-03-07T12:00:00Z', 0, '2026-03-07T12:00:00.000Z'],
    ['crosses the night on which clocks go forward', '2026-03-27T15:30:00Z', 60, '2026-03-30T07:30:00.000Z'],
    ['crosses the night on which clocks go back', '2026-10-23T14:30:00Z', 60, '2026-10-26T08:30:00.000Z'],
    ['goes backwards as well', '2026-03-09T08:30:00Z', -60, '2026-03-06T15:30:00.000Z'],
    ['goes backwards to an opening and stays there', '2026-03-09T09:00:00Z', -60, '2026-03-09T08:00:00.000Z'],
  ])('%s', (_, start, minutes, expected) => {
    expect(due(berlin(), start, minutes)).toBe(expected)
  })

  it('leaves holidays out, once or every year, and takes the hours of a short day', () => {
    const calendar = berlin([
      '2026-12-25',
      { month: 1, day: 1, recurring: true, name: 'New Year' },
      { date: '2026-12-24', windows: [['09:00', '13:00']], name: 'Christmas Eve' },
    ])
    expect(due(calendar, '2026-12-24T11:30:00Z', 60)).toBe('2026-12-28T08:30:00.000Z')
    expect(due(calendar, '2026-12-31T15:30:00Z', 60)).toBe('2027-01-04T08:30:00.000Z')
    expect(due(calendar, '2027-12-24T15:30:00Z', 60)).toBe('2027-12-27T08:30:00.000Z')
  })

  it('finds the 29th of February in leap years alone', () => {
    const calendar = berlin([{ month: 2, day: 29, recurring: true }], { ...officeHours, sat: nine, sun: nine })
    expect(due(calendar, '2028-02-28T15:30:00Z', 60)).toBe('2028-03-01T08:30:00.000Z')
    expect(due(calendar, '2027-02-28T15:30:00Z', 60)).toBe('2027-03-01T08:30:00.000Z')
  })

  it('knows windows that reach over midnight, as part of the day they open on', () => {
    const night = berlin([], { fri: [['22:00', '06:00']] })
    expect(due(night, '2026-03-06T20:00:00Z', 8 * 60)).toBe('2026-03-07T05:00:00.000Z')
    // A holiday takes what is on its date, on both sides of midnight, and nothing of the next.
    const holiday = berlin(['2026-03-06'], { fri: [['22:00', '06:00']] })
    expect(due(holiday, '2026-03-06T20:00:00Z', 60)).toBe('2026-03-07T00:00:00.000Z')
    const eve = berlin(['2026-03-07'], { fri: [['22:00', '06:00']] })
    expect(due(eve, '2026-03-06T20:00:00Z', 121)).toBe('2026-03-13T21:01:00.000Z')
  })

  it('unites windows that overlap, and takes 24:00 and equal times for what they are', () => {
    const calendar = berlin([], { mon: [['09:00', '12:00'], ['11:00', '13:00'], ['13:00', '14:00']] }) // biome-ignore format: windows in a row
    expect(businessTimeBetween(calendar, at('2026-03-02T00:00:00Z'), at('2026-03-03T00:00:00Z'))).toBe(300)
    const days = [at('2026-03-01T00:00:00Z'), at('2026-03-08T00:00:00Z')] as const
    expect(businessTimeBetween(berlin([], { mon: [['00:00', '24:00']] }), ...days)).toBe(1440)
    expect(businessTimeBetween(berlin([], { mon: [['09:00', '09:00']] }), ...days)).toBe(1440)
    expect(businessTimeBetween(compileCalendar(aroundTheClock), ...days)).toBe(7 * 1440)
  })

  it('counts an hour that comes twice twice, and one that is skipped never', () => {
    const nights = berlin([], { sun: [['00:00', '06:00']] })
    const hours = (from: string, to: string) => businessTimeBetween(nights, at(from), at(to)) / 60
    expect(hours('2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z')).toBe(5)
    expect(hours('2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z')).toBe(7)
    const skipped = berlin([], { sun: [['02:00', '03:00']] })
    expect(due(skipped, '2026-03-28T12:00:00Z', 30)).toBe('2026-04-05T00:30:00.000Z')
  })

  it('is right where clocks change by half an hour, and where a midnight or a day is skipped', () => {
    const all = { mon: [['00:00', '02:00']], sun: [['00:00', '03:00']], fri: [['00:00', '24:00']] }
    const island = compileCalendar(read({ timezone: 'Australia/Lord_Howe', schedule: all }))
    // Sunday 2026-04-05: 02:00 goes back to 01:30; half an hour comes twice.
    expect(businessTimeBetween(island, at('2026-04-04T10:00:00Z'), at('2026-04-05T10:00:00Z'))).toBe(210)
    const paulo = compileCalendar(read({ timezone: 'America/Sao_Paulo', schedule: all }))
    // Sunday 2018-11-04 begins at 01:00.
    expect(businessTimeBetween(paulo, at('2018-11-03T12:00:00Z'), at('2018-11-04T12:00:00Z'))).toBe(120)
    const apia = compileCalendar(read({ timezone: 'Pacific/Apia', schedule: all }))
    // There was no Friday 2011-12-30.
    expect(businessTimeBetween(apia, at('2011-12-29T00:00:00Z'), at('2011-12-31T00:00:00Z'))).toBe(0)
  })

  it('waits while it is paused, and is unknown while that lasts', () => {
    const pause = (from: string, to: string | null): Pause => ({ from: at(from), to: to === null ? null : at(to) })
    const overNoon = pause('2026-03-02T10:00:00Z', '2026-03-02T12:00:00Z')
    expect(due(berlin(), '2026-03-02T09:30:00Z', 60, [overNoon])).toBe('2026-03-02T12:30:00.000Z')
    // Pauses overlap, touch, come in any order.
    expect(due(berlin(), '2026-03-02T09:30:00Z', 60, [pause('2026-03-02T12:00:00Z', '2026-03-02T13:00:00Z'), overNoon, overNoon])).toBe(
      '2026-03-02T13:30:00.000Z',
    )
    // The time was up when the pause began.
    expect(due(berlin(), '2026-03-02T09:00:00Z', 60, [overNoon])).toBe('2026-03-02T10:00:00.000Z')
    expect(due(berlin(), '2026-03-02T09:30:00Z', 60, [pause('2026-03-02T10:00:00Z', null)])).toBeNull()
    expect(due(berlin(), '2026-03-02T09:00:00Z', 60, [pause('2026-03-02T10:00:00Z', null)])).toBe('2026-03-02T10:00:00.000Z')
  })

  it('is none beyond 400 days', () => {
    const leap = berlin([{ date: '2028-02-29', windows: [['00:00', '24:00']] }], {})
    expect(due(leap, '2026-03-02T00:00:00Z', 1)).toBeNull()
    expect(due(leap, '2027-06-01T00:00:00Z', 1)).toBe('2028-02-28T23:01:00.000Z')
    const always = compileCalendar(aroundTheClock)
    expect(due(always, '2026-01-01T00:00:00Z', farthestDays * 1440)).toBe('2027-02-05T00:00:00.000Z')
    expect(due(always, '2026-01-01T00:00:00Z', farthestDays * 1440 + 1)).toBeNull()
    expect(due(always, '2026-01-01T00:00:00Z', Number.MAX_SAFE_INTEGER)).toBeNull()
  })
})

describe('a calendar', () => {
  it.each([
    ['without hours', {}, []],
    ['whose only day is always a holiday', { mon: nine }, everyDay()],
    ['whose one window is taken away', {}, [{ date: '2026-03-02', windows: [['09:00', '10:00']] }, '2026-03-02']],
  ])('%s is refused', (_, schedule, holidays) => {
    expect(() => berlin(holidays, schedule)).toThrow(NeverOpen)
  })

  it('that opens on the eve of a holiday that never ends is not', () => {
    const holidays = everyDay().filter(({ month, day }) => !(month === 2 && day === 29))
    expect(isOpenAt(berlin(holidays), at('2028-02-29T09:00:00Z'))).toBe(true)
  })

  it.each([
    ['a zone that is none', { timezone: 'Mars/Olympus', schedule: officeHours }],
    ['a time that is none', { timezone: 'UTC', schedule: { mon: [['09:00', '25:00']] } }],
    ['an opening at 24:00', { timezone: 'UTC', schedule: { mon: [['24:00', '08:00']] } }],
    ['a day that is none', { timezone: 'UTC', schedule: officeHours, holidays: ['2026-02-29'] }],
    ['a yearly day that is none', { timezone: 'UTC', schedule: officeHours, holidays: [{ month: 4, day: 31, recurring: true }] }],
    ['a day of the week that is none', { timezone: 'UTC', schedule: { funday: nine } }],
  ])('with %s is not read', (_, given) => {
    expect(calendarInput.safeParse(given).success).toBe(false)
  })
})

function everyDay() {
  return [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].flatMap((days, month) =>
    Array.from({ length: days }, (_, day) => ({ month: month + 1, day: day + 1, recurring: true as const })),
  )
}

// What follows knows nothing of the code: it asks Temporal for the wall clock and looks at every single minute.
const keys = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

function walker(spec: CalendarSpec) {
  const minutesIn = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
  const isFullHoliday = (date: Temporal.PlainDate) =>
    spec.holidays.some(
      (each) =>
        (!('windows' in each) || each.windows === undefined) &&
        ('date' in each ? each.date === date.toString() : each.month === date.month && each.day === date.day),
    )
  const windowsOf = (date: Temporal.PlainDate) => {
    const special = (isDate: boolean) =>
      spec.holidays.filter(
        (each) =>
          'windows' in each &&
          each.windows !== undefined &&
          (isDate
            ? 'date' in each && each.date === date.toString()
            : 'month' in each && each.month === date.month && each.day === date.day),
      )
    const replaced = special(true).length > 0 ? special(true) : special(false)
    if (replaced.length > 0) return replaced.flatMap((each) => ('windows' in each && each.windows) || [])
    return spec.schedule[keys[date.dayOfWeek - 1] as (typeof keys)[number]]
  }
  const days = new Map<number, boolean[]>()
  const dayOf = (day: number) => {
    const known = days.get(day)
    if (known) return known
    const date = new Temporal.PlainDate(1970, 1, 1).add({ days: day })
    const open = new Array<boolean>(1440).fill(false)
    if (!isFullHoliday(date)) {
      for (const [opens, closes] of windowsOf(date))
        for (let minute = minutesIn(opens); minute < (minutesIn(closes) > minutesIn(opens) ? minutesIn(closes) : 1440); minute++)
          open[minute] = true
      for (const [opens, closes] of windowsOf(date.subtract({ days: 1 })))
        if (minutesIn(closes) <= minutesIn(opens)) open.fill(true, 0, minutesIn(closes))
    }
    days.set(day, open)
    return open
  }
  const wallAt = (minute: number) =>
    Temporal.Instant.fromEpochMilliseconds(minute * 60_000)
      .toZonedDateTimeISO(spec.timezone)
      .toPlainDateTime()
  // Lengths in which the wall clock is looked at, from long to short: where it went on evenly from end to end, it did between.
  const spans = [1440, 120, 15, 1]
  let span = { start: Number.NaN, length: 0, wall: 0 }
  const epochOf = (wall: Temporal.PlainDateTime) => wall.toZonedDateTime('UTC').epochMilliseconds / 60_000
  const spanAt = (minute: number) => {
    for (const length of spans) {
      const start = minute - (minute % length)
      const wall = Math.floor(epochOf(wallAt(start)))
      if (Math.floor(epochOf(wallAt(start + length - 1))) === wall + length - 1) return { start, length, wall }
    }
    throw new Error('a minute is as long as itself')
  }
  return (minute: number): boolean => {
    if (!(minute >= span.start && minute < span.start + span.length)) span = spanAt(minute)
    const wall = span.wall + minute - span.start
    const day = Math.floor(wall / 1440)
    return dayOf(day)[wall - day * 1440] as boolean
  }
}

const zones = Intl.supportedValuesOf('timeZone')
const time = (max: number) =>
  fc
    .integer({ min: 0, max })
    .map((quarter) => `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`)
const windowsOfDay = fc.array(fc.tuple(time(95), time(96)), { maxLength: 3 })
const spec = fc
  .record({
    timezone: fc.constantFrom(...zones),
    days: fc.tuple(...keys.map(() => windowsOfDay)),
    // Days around the start, so that they matter.
    holidays: fc.array(fc.record({ offset: fc.integer({ min: -2, max: 12 }), kind: fc.constantFrom('full', 'yearly', 'part', 'yearly part'), windows: windowsOfDay }), { maxLength: 4 }), // biome-ignore format: one record
    // In 1973 the last clock was brought to a whole minute; after 2037 zones repeat.
    start: fc.integer({ min: Date.UTC(1973, 0, 1) / 60_000, max: Date.UTC(2037, 0, 1) / 60_000 }),
  })
  .map(({ timezone, days, holidays, start }) => ({
    start,
    spec: read({
      timezone,
      schedule: Object.fromEntries(keys.map((key, index) => [key, days[index]])),
      holidays: holidays.map(({ offset, kind, windows }) => {
        const day = new Date((start + offset * 1440) * 60_000)
        const [date, month, dayOfMonth] = [day.toISOString().slice(0, 10), day.getUTCMonth() + 1, day.getUTCDate()]
        if (kind === 'full') return date
        if (kind === 'part') return { date, windows }
        return { month, day: dayOfMonth, recurring: true, ...(kind === 'yearly part' ? { windows } : {}) }
      }),
    }),
  }))

const compiled = (given: CalendarSpec) => {
  try {
    return compileCalendar(given)
  } catch (error) {
    if (error instanceof NeverOpen) return fc.pre(false) as never
    throw error
  }
}

describe('calendars of all kinds, against a walk over every minute', () => {
  const walkMinutes = 9 * 1440
  const pausesOf = fc.array(fc.tuple(fc.integer({ min: -500, max: walkMinutes }), fc.integer({ min: 0, max: 3000 })), { maxLength: 3 })
  const ms = (minute: number) => new Date(minute * 60_000)

  it('have the same working time and the same deadlines, pauses or not', () => {
    fc.assert(
      fc.property(spec, pausesOf, fc.nat(), ({ spec: given, start }, gaps, pick) => {
        const calendar = compiled(given)
        const isOpen = walker(given)
        const pauses = gaps.map(([offset, length]) => [start + offset, start + offset + length] as const)
        const counts = (minute: number) => isOpen(minute) && !pauses.some(([from, to]) => from <= minute && minute < to)
        let total = 0
        const reached = new Map<number, number>([[0, start]])
        for (let minute = start; minute < start + walkMinutes; minute++) if (counts(minute)) reached.set(++total, minute + 1)
        const given_ = pauses.map(([from, to]) => ({ from: ms(from), to: ms(to) }))
        expect(businessTimeBetween(calendar, ms(start), ms(start + walkMinutes), given_)).toBe(total)
        const wanted = pick % (total + 1)
        expect(addBusinessTime(calendar, ms(start), wanted, given_)).toEqual(ms(reached.get(wanted) as number))
      }),
      { numRuns: 120 },
    )
  }, 120_000)

  it('go backwards as they go forwards', () => {
    fc.assert(
      fc.property(spec, pausesOf, fc.nat(), ({ spec: given, start }, gaps, pick) => {
        const calendar = compiled(given)
        const isOpen = walker(given)
        const pauses = gaps.map(([offset, length]) => [start - offset - length, start - offset] as const)
        const counts = (minute: number) => isOpen(minute) && !pauses.some(([from, to]) => from <= minute && minute < to)
        let total = 0
        const reached = new Map<number, number>([[0, start]])
        for (let minute = start - 1; minute >= start - walkMinutes; minute--) if (counts(minute)) reached.set(++total, minute)
        const given_ = pauses.map(([from, to]) => ({ from: ms(from), to: ms(to) }))
        expect(businessTimeBetween(calendar, ms(start), ms(start - walkMinutes), given_)).toBe(total === 0 ? -0 : -total)
        const wanted = pick % (total + 1)
        expect(addBusinessTime(calendar, ms(start), -wanted, given_)).toEqual(ms(reached.get(wanted) as number))
      }),
      { numRuns: 60 },
    )
  }, 120_000)

  it('are right in every zone on the days its clock changes', () => {
    const always = { mon: [['00:00', '02:30'], ['22:00', '24:00']], sat: [['23:30', '04:00']], sun: [['00:15', '03:00'], ['23:00', '01:00']] } // biome-ignore format: windows in a row
    const schedule = { ...always, tue: always.mon, wed: always.sun, thu: always.mon, fri: always.sun }
    let changes = 0
    for (const timezone of zones) {
      const given = read({ timezone, schedule })
      const calendar = compileCalendar(given)
      const isOpen = walker(given)
      let change = Temporal.Instant.from('2006-01-01T00:00Z').toZonedDateTimeISO(timezone).getTimeZoneTransition('next')
      for (let seen = 0; change && seen < 4 && change.year < 2027; seen++, changes++) {
        const middle = change.epochMilliseconds / 60_000
        let total = 0
        for (let minute = middle - 600; minute < middle + 600; minute++) if (isOpen(minute)) total++
        expect(businessTimeBetween(calendar, ms(middle - 600), ms(middle + 600)), `${timezone} ${change}`).toBe(total)
        change = change.getTimeZoneTransition('next')
      }
    }
    expect(changes).toBeGreaterThan(700)
  }, 120_000)

  it('give back the time that was added, to the millisecond', () => {
    const length = fc.integer({ min: 1, max: 60 * 60_000 * 24 * 30 })
    fc.assert(
      fc.property(spec, length, fc.integer({ min: 0, max: 59_999 }), pausesOf, ({ spec: given, start }, wanted, extra, gaps) => {
        const calendar = compiled(given)
        const from = new Date(start * 60_000 + extra)
        const pauses = gaps.map(([offset, long]) => ({ from: ms(start + offset), to: ms(start + offset + long) }))
        const to = addBusinessTime(calendar, from, wanted / 60_000, pauses)
        fc.pre(to !== null)
        expect(Math.round(businessTimeBetween(calendar, from, to as Date, pauses) * 60_000)).toBe(wanted)
        // No earlier instant has as much.
        expect(Math.round(businessTimeBetween(calendar, from, new Date((to as Date).getTime() - 1), pauses) * 60_000)).toBe(wanted - 1)
      }),
      { numRuns: 1000 },
    )
  }, 120_000)

  it('are explained without a gap, and what is open in it sums to the working time', () => {
    fc.assert(
      fc.property(spec, fc.integer({ min: 1, max: 60 * 1440 }), pausesOf, ({ spec: given, start }, length, gaps) => {
        const calendar = compiled(given)
        const pauses = gaps.map(([offset, long]) => ({ from: ms(start + offset), to: ms(start + offset + long) }))
        const [from, to] = [ms(start), ms(start + length)]
        const stretches = [...explain(calendar, from, to, pauses)]
        expect(stretches[0]?.from).toEqual(from)
        expect(stretches.at(-1)?.to).toEqual(to)
        for (const [index, stretch] of stretches.entries()) {
          expect(stretch.to.getTime()).toBeGreaterThan(stretch.from.getTime())
          if (index > 0) expect(stretch.from).toEqual(stretches[index - 1]?.to)
          if (stretch.reason === 'open') expect(isOpenAt(calendar, stretch.from)).toBe(true)
        }
        const open = stretches.filter(({ reason }) => reason === 'open').reduce((sum, stretch) => sum + minutesOf(stretch), 0)
        expect(open).toBeCloseTo(businessTimeBetween(calendar, from, to, pauses), 6)
      }),
      { numRuns: 500 },
    )
  }, 120_000)
})

describe('an explanation', () => {
  it('names what is not counted', () => {
    const calendar = berlin([{ date: '2026-03-09', name: 'Women’s Day' }])
    const pauses = [{ from: at('2026-03-10T08:10:00Z'), to: at('2026-03-10T08:20:00Z') }]
    expect(
      [...explain(calendar, at('2026-03-06T15:30:00Z'), at('2026-03-10T08:40:00Z'), pauses)].map(({ from, to, ...why }) => [
        from.toISOString().slice(5, 16),
        to.toISOString().slice(5, 16),
        ...Object.values(why),
      ]),
    ).toEqual([
      ['03-06T15:30', '03-06T16:00', 'open'],
      ['03-06T16:00', '03-08T23:00', 'closed'],
      ['03-08T23:00', '03-09T23:00', 'holiday', 'Women’s Day'],
      ['03-09T23:00', '03-10T08:00', 'closed'],
      ['03-10T08:00', '03-10T08:10', 'open'],
      ['03-10T08:10', '03-10T08:20', 'paused', 0],
      ['03-10T08:20', '03-10T08:40', 'open'],
    ])
  })

  it('is one stretch around the clock, over the end of a year', () => {
    const [from, to] = [at('2025-12-01T00:00:00Z'), at('2027-02-01T00:00:00Z')]
    expect([...explain(compileCalendar(aroundTheClock), from, to)]).toEqual([{ from, to, reason: 'open' }])
  })
})
