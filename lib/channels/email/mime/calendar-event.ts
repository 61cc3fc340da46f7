import { type CalendarZones, eventInstant, readZoneClock } from './calendar-zone'

/** An event of an invitation (RFC 5545), as far as it is shown. */
export interface CalendarEvent {
  /** REQUEST, CANCEL, REPLY. */
  method: string | null
  summary: string
  location: string | null
  /** As written, to the second: a date, a local time, or one that ends in Z. */
  start: string | null
  end: string | null
  /** The zone of a local time, as the sender names it. */
  zone: string | null
  /** The instants that these are; null for a date, and where the zone says nothing. */
  startsAt: string | null
  endsAt: string | null
  /** By name and address, or by the address alone. */
  organizer: string | null
  isRepeated: boolean
  /** Of a REPLY: who answers, and what, such as ACCEPTED. */
  answer: { by: string; status: string } | null
}

const mostEvents = 20

const begun = (): CalendarEvent => ({
  ...{ method: null, summary: '', location: null, start: null, end: null, zone: null, startsAt: null, endsAt: null, organizer: null },
  ...{ isRepeated: false, answer: null },
})

export function readCalendar(text: string, method: string | undefined): CalendarEvent[] {
  const lines = text
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]/g, '')
    .split('\n')
  const events: CalendarEvent[] = []
  const zones: CalendarZones = Object.create(null)
  let said = method?.toUpperCase() ?? null
  let event: CalendarEvent | null = null
  let zone: string | null = null
  let clock: Map<string, string> | null = null
  // Components within an event, such as an alarm, have a summary of their own.
  let within = 0
  for (const line of lines) {
    const [, name = '', parameters = '', value = ''] = /^([A-Z-]{1,40})((?:;(?:[^":;]|"[^"]*")*)*):(.*)$/i.exec(line.slice(0, 10_000)) ?? []
    const key = name.toUpperCase()
    const component = value.trim().toUpperCase()
    const isClock = component === 'STANDARD' || component === 'DAYLIGHT'
    if (key === 'METHOD') said = component
    else if (key === 'TZID' && !event) zone = value.trim()
    else if (key === 'BEGIN' && isClock) clock = new Map()
    else if (key === 'END' && isClock) {
      const read: ReturnType<typeof readZoneClock> = clock && readZoneClock(clock)
      if (zone && read) zones[zone] = [...(zones[zone] ?? []), read].slice(-50)
      clock = null
    } else if (clock) clock.set(key, value)
    else if (key === 'BEGIN' && component === 'VEVENT') event = begun()
    else if (key === 'END' && component === 'VEVENT') {
      if (event && events.length < mostEvents) events.push({ ...event, method: said })
      event = null
    } else if (key === 'BEGIN') within++
    else if (key === 'END') within--
    else if (event && !within) Object.assign(event, propertyOf(key, parameters, value))
    if (event === null && key === 'BEGIN' && component === 'VCALENDAR') within = 0
  }
  const instant = (local: string | null, { zone: named }: CalendarEvent) => local && eventInstant(local, named, zones)
  return events.map((each) => ({
    ...each,
    answer: each.method === 'REPLY' ? each.answer : null,
    startsAt: instant(each.start, each),
    endsAt: instant(each.end, each),
  }))
}

const mailbox = (value: string) => value.replace(/^mailto:/i, '').trim()

/** By name and address: a name alone anybody can take. */
function named(parameters: string, email: string): string | null {
  const [, quoted, plain = ''] = /;CN=(?:"([^"]*)"|([^";:]*))/i.exec(parameters) ?? []
  // In a parameter some signs are written so (RFC 6868).
  const name = (quoted ?? plain).replace(/\^([n'^])/g, (_, sign: string) => ({ n: ' ', "'": '"' })[sign] ?? '^').trim()
  if (!name || name.toLowerCase() === email.toLowerCase()) return email || null
  return email ? `${name} <${email}>` : name
}

function propertyOf(key: string, parameters: string, value: string): Partial<CalendarEvent> {
  if (key === 'SUMMARY') return { summary: unescaped(value) }
  if (key === 'LOCATION') return { location: unescaped(value) || null }
  if (key === 'ORGANIZER') return { organizer: named(parameters, mailbox(value)) }
  if (key === 'RRULE' || key === 'RDATE') return { isRepeated: true }
  if (key === 'DTEND') return { end: timeOf(value) }
  if (key === 'DTSTART') return { start: timeOf(value), zone: /;TZID="?([^";:]+)/i.exec(parameters)?.[1] ?? null }
  const status = key === 'ATTENDEE' && /;PARTSTAT="?([A-Z-]{1,30})/i.exec(parameters)?.[1]?.toUpperCase()
  return status && status !== 'NEEDS-ACTION' ? { answer: { by: mailbox(value), status } } : {}
}

const unescaped = (value: string) => value.replace(/\\([nN,;\\])/g, (_, sign: string) => (/n/i.test(sign) ? ' ' : sign)).trim()

function timeOf(value: string): string | null {
  const [, year, month, day, hour, minute, second, z] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?/.exec(value.trim()) ?? []
  const time = hour ? `${year}-${month}-${day}T${hour}:${minute}:${second ?? '00'}${z ?? ''}` : `${year}-${month}-${day}`
  return year && !Number.isNaN(Date.parse(time)) ? time : null
}
