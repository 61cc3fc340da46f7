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
  organizer: string | null
}

const mostEvents = 20

export function readCalendar(text: string, method: string | undefined): CalendarEvent[] {
  const lines = text
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]/g, '')
    .split('\n')
  const events: CalendarEvent[] = []
  let said = method?.toUpperCase() ?? null
  let event: CalendarEvent | null = null
  // Components within an event, such as an alarm, have a summary of their own.
  let within = 0
  for (const line of lines) {
    const [, name = '', parameters = '', value = ''] = /^([A-Z-]{1,40})((?:;(?:[^":;]|"[^"]*")*)*):(.*)$/i.exec(line.slice(0, 10_000)) ?? []
    const key = name.toUpperCase()
    const component = value.trim().toUpperCase()
    if (key === 'METHOD') said = component
    else if (key === 'BEGIN' && component === 'VEVENT')
      event = { method: said, summary: '', location: null, start: null, end: null, zone: null, organizer: null }
    else if (key === 'END' && component === 'VEVENT') {
      if (event && events.length < mostEvents) events.push({ ...event, method: said })
      event = null
    } else if (key === 'BEGIN') within++
    else if (key === 'END') within--
    else if (event && !within) Object.assign(event, propertyOf(key, parameters, value))
    if (event === null && key === 'BEGIN' && component === 'VCALENDAR') within = 0
  }
  return events
}

function propertyOf(key: string, parameters: string, value: string): Partial<CalendarEvent> {
  if (key === 'SUMMARY') return { summary: unescaped(value) }
  if (key === 'LOCATION') return { location: unescaped(value) || null }
  if (key === 'ORGANIZER') return { organizer: value.replace(/^mailto:/i, '').trim() || null }
  if (key === 'DTEND') return { end: timeOf(value) }
  if (key === 'DTSTART') return { start: timeOf(value), zone: /;TZID="?([^";:]+)/i.exec(parameters)?.[1] ?? null }
  return {}
}

const unescaped = (value: string) => value.replace(/\\([nN,;\\])/g, (_, sign: string) => (/n/i.test(sign) ? ' ' : sign)).trim()

function timeOf(value: string): string | null {
  const [, year, month, day, hour, minute, second, z] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?/.exec(value.trim()) ?? []
  if (!year) return null
  return hour ? `${year}-${month}-${day}T${hour}:${minute}:${second ?? '00'}${z ?? ''}` : `${year}-${month}-${day}`
}
