import { type CalculateInput, type CalculateOutput, calculateInput, calculateOutput } from '../calendar/calculation'
import { type Calendar, compileCalendar, NeverOpen } from '../calendar/compile'
import { explain } from '../calendar/explain'
import { dayMs, minuteMs } from '../calendar/time'
import { addBusinessTime, businessTimeBetween, farthestDays } from '../calendar/walk'
import { invalid } from '../core/errors'
import { agentProcedure } from '../procedure/builders'

/** Stretches that an explanation tells one by one; what follows is one. */
const mostStretches = 100

/** Windows that one item may go through: more than 300 years of common hours. */
const mostWindows = 500_000

// not-words: codes of the API
const reasons = { open: 'open hours', closed: 'closed', holiday: 'holiday', paused: 'paused' } as const

/**
 * Deadlines, or business time, of many items on one calendar.
 * @throws INVALID where the calendar never opens
 */
export function calculate({ items, ...spec }: CalculateInput): CalculateOutput {
  const calendar = compiled(spec)
  const aWeek = Object.values(spec.schedule).reduce((sum, windows) => sum + windows.length, 0)
  for (const [at, { start, end }] of items.entries())
    if (end && ((end.getTime() - start.getTime()) / (7 * dayMs)) * aWeek > mostWindows)
      throw invalid({ [`items.${at}.end`]: ['sla.tooLong'] })
  return {
    items: items.map(({ id, start, minutes, end, pauses }) => {
      if (end) {
        const workingMinutes = businessTimeBetween(calendar, start, end, pauses)
        return { id, workingMinutes, explanation: explained(calendar, start, end, pauses) }
      }
      const deadline = addBusinessTime(calendar, start, minutes as number, pauses)
      // Without a deadline: up to the pause that lasts, or as far as was looked.
      const last = pauses.find(({ to }) => to === null)
      const until = deadline ?? last?.from ?? new Date(start.getTime() + farthestDays * dayMs)
      const explanation = explained(calendar, start, until, pauses)
      if (!deadline && last) explanation.push({ from: later(start, last.from), to: null, countedMinutes: 0, reason: 'paused' })
      return { id, deadline, explanation }
    }),
  }
}

const later = (a: Date, b: Date) => (a > b ? a : b)

function compiled(spec: Parameters<typeof compileCalendar>[0]): Calendar {
  try {
    return compileCalendar(spec)
  } catch (error) {
    if (error instanceof NeverOpen) throw invalid({ schedule: ['calendars.neverOpen'] })
    throw error
  }
}

function explained(calendar: Calendar, start: Date, end: Date, pauses: CalculateInput['items'][number]['pauses']) {
  const told: CalculateOutput['items'][number]['explanation'] = []
  for (const { from, to, reason, name } of explain(calendar, start, end, pauses)) {
    if (told.length === mostStretches) {
      told.push({ from, to: end, countedMinutes: businessTimeBetween(calendar, from, end, pauses), reason: 'more' })
      break
    }
    const countedMinutes = reason === 'open' ? (to.getTime() - from.getTime()) / minuteMs : 0
    told.push({ from, to, countedMinutes, reason: reasons[reason], ...(name ? { name } : {}) })
  }
  return told
}

export const calculateSla = agentProcedure
  .meta({ permission: 'ticket.view', changesNothing: true, body: 'list' })
  .route({
    method: 'POST',
    path: '/sla/calculate',
    tags: ['SLA'],
    summary: 'Calculate and explain deadlines or business time on a given calendar',
  })
  .input(calculateInput)
  .output(calculateOutput)
  .handler(({ input }) => calculate(input))
