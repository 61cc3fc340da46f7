/** How dates and numbers look, by name: `format.dateTime(at, 'moment')`, `{at, date, moment}` in a message. */
export const formats = {
  dateTime: {
    /** 26 Nov 2026 */
    date: { day: 'numeric', month: 'short', year: 'numeric' },
    /** Thu 26 Nov */
    day: { weekday: 'short', day: 'numeric', month: 'short' },
    /** 11:00 */
    time: { hour: '2-digit', minute: '2-digit' },
    /** Thu 26 Nov, 11:00 */
    moment: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
    /** 2026 */
    year: { year: 'numeric' },
  },
  number: {
    /** 64.2% */
    percent: { style: 'percent', maximumFractionDigits: 1 },
  },
} as const
