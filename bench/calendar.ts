// npm run bench:calendar
// Business time, against a walk over every minute with its own view of the wall clock. No database, one thread.
import { compileCalendar } from '../lib/calendar/compile'
import { explain } from '../lib/calendar/explain'
import { calendarInput, weekdays } from '../lib/calendar/schema'
import { addBusinessTime, businessTimeBetween } from '../lib/calendar/walk'

const zone = 'Europe/Berlin'
const spec = calendarInput.parse({
  timezone: zone,
  schedule: Object.fromEntries(weekdays.slice(0, 5).map((day) => [day, [['09:00', '12:30'], ['13:30', '17:00']]])), // biome-ignore format: one line
  holidays: Array.from({ length: 12 }, (_, month) => ({ month: month + 1, day: 1, recurring: true, name: `Holiday ${month + 1}` })),
})
const start = new Date('2026-01-05T08:00:00Z')
const tenYears = new Date('2036-01-05T08:00:00Z')

/** Milliseconds of one call, the median of many. */
function timed(work: () => unknown, seconds = 1): number {
  const found: number[] = []
  for (const end = performance.now() + seconds * 1000; performance.now() < end || found.length < 3; ) {
    const begun = performance.now()
    work()
    found.push(performance.now() - begun)
  }
  return found.sort((a, b) => a - b)[Math.floor(found.length / 2)] as number
}

const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }) // biome-ignore format: one line
const isOpen = (at: number) => {
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]))
  const minute = Number(parts.hour) * 60 + Number(parts.minute)
  const isWorkday = parts.weekday !== 'Sat' && parts.weekday !== 'Sun' && parts.day !== '1'
  return isWorkday && ((minute >= 540 && minute < 750) || (minute >= 810 && minute < 1020))
}
function walk(minutes: number) {
  let at = start.getTime()
  for (let left = minutes; left > 0; at += 60_000) if (isOpen(at)) left--
  return at
}

const compiled = compileCalendar(spec)
const minutesOf = { '1 h': 60, '5 days': 35 * 60, '200 days': 200 * 420 }
console.log(`compile and look at ten years: ${timed(() => businessTimeBetween(compileCalendar(spec), start, tenYears)).toFixed(1)} ms`)
console.log(`business time of ten years, compiled: ${(timed(() => businessTimeBetween(compiled, start, tenYears)) * 1000).toFixed(1)} µs\n`)
console.log('| deadline in | µs | deadlines/s | walk ms | ratio walk ÷ ours |\n|---|---|---|---|---|')
for (const [name, minutes] of Object.entries(minutesOf)) {
  if (addBusinessTime(compiled, start, minutes)?.getTime() !== walk(minutes)) throw new Error(`the walk finds another deadline in ${name}`)
  // A thousand to a call: one is too short for the clock.
  const ours = timed(() => {
    for (let n = 0; n < 1000; n++) addBusinessTime(compiled, start, minutes)
  })
  const walked = timed(() => walk(minutes))
  console.log(`| ${name} | ${ours.toFixed(2)} | ${Math.round(1e6 / ours)} | ${walked.toFixed(1)} | ${Math.round((walked * 1000) / ours)} |`)
}
const year = new Date('2027-01-05T08:00:00Z')
console.log(`\nexplain a year, every stretch: ${timed(() => [...explain(compiled, start, year)].length).toFixed(2)} ms`)
