const two = (n: number) => String(n).padStart(2, '0')

/** Making a format costs a thousand times what using it does. */
const kept = (make: (locale: string, timeZone: string) => Intl.DateTimeFormat) => {
  const formats = new Map<string, Intl.DateTimeFormat>()
  return (locale: string, timeZone: string) => {
    const key = `${locale} ${timeZone}`
    const format = formats.get(key) ?? make(locale, timeZone)
    formats.set(key, format)
    return format
  }
}

const wallClocks = kept(
  (locale, timeZone) =>
    new Intl.DateTimeFormat(locale, {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    }),
)

/** The wall clock of a zone as a `datetime-local` field has it: "2026-03-02T09:00". */
export function wallClock(at: Date, timeZone: string): string {
  const parts = wallClocks('en-US', timeZone).formatToParts(at)
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value)
  return `${String(of('year')).padStart(4, '0')}-${two(of('month'))}-${two(of('day'))}T${two(of('hour'))}:${two(of('minute'))}`
}

const asUtc = (text: string) => Date.parse(`${text}:00Z`)

/**
 * The instant at which the clock of a zone shows a time. Of a time that comes
 * twice the first; for one that is skipped, as long after the skip.
 */
export function instantAt(text: string, timeZone: string): Date {
  const wanted = asUtc(text)
  const offsetAt = (ms: number) => asUtc(wallClock(new Date(ms), timeZone)) - Math.floor(ms / 60_000) * 60_000
  // A day before and after: whatever the clocks do that day lies between.
  const [before, after] = [offsetAt(wanted - 86_400_000), offsetAt(wanted + 86_400_000)]
  const first = wanted - before
  if (offsetAt(first) === before) return new Date(first)
  const second = wanted - after
  return new Date(offsetAt(second) === after ? second : first)
}

// Each English knows the abbreviations of its own part of the world: GMT and CET, EST, EAT, IST, AEDT.
const englishes = ['en-GB', 'en-US', 'en-KE', 'en-IN', 'en-AU']

const shortNames = kept((locale, timeZone) => new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' }))

/** What a zone is called on a day: "EAT", "CET", or "GMT+4" where it has no short name. */
export function zoneName(at: Date, timeZone: string, locale: string): string {
  const named = (of: string) =>
    shortNames(of, timeZone)
      .formatToParts(at)
      .find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
  if (!locale.startsWith('en')) return named(locale)
  for (const english of englishes) {
    const name = named(english)
    if (!/^(GMT|UTC)[+-]/.test(name)) return name
  }
  return named(englishes[0] as string)
}
