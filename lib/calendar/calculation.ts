import { z } from 'zod'
import { msg } from '../core/message'
import { calendarInput } from './schema'

const earliest = Date.UTC(1970, 0, 1)
const latest = Date.UTC(2300, 0, 1)

const instant = z.iso
  .datetime({ offset: true, error: msg('sla.instant') })
  .transform((text) => new Date(text))
  .refine((at) => at.getTime() >= earliest && at.getTime() < latest, msg('sla.instantRange'))

/** From an instant until before another; `null` is a pause that lasts. */
const pause = z
  .tuple([instant, instant.nullable()])
  .refine(([from, to]) => to === null || from <= to, msg('sla.pauseOrder'))
  .transform(([from, to]) => ({ from, to }))

const item = z
  .strictObject({
    id: z.union([z.string().max(200), z.number()]),
    start: instant,
    /** Working minutes until the deadline. */
    minutes: z.number().min(0).max(1e9).optional(),
    /** Instead of minutes: how much of the time until then is business time. */
    end: instant.optional(),
    pauses: z.array(pause).max(1000).default([]),
  })
  .refine(({ minutes, end }) => (minutes === undefined) !== (end === undefined), msg('sla.minutesOrEnd'))
  .refine(({ start, end }) => !end || start <= end, { message: msg('sla.endBeforeStart'), path: ['end'] })

export const calculateInput = z.strictObject({ ...calendarInput.shape, items: z.array(item).max(1000) })

/** A stretch of time and how much of it counted: all of it in open hours, nothing of any other. */
export const stretchOutput = z.object({
  from: z.date(),
  /** null while a pause lasts. */
  to: z.date().nullable(),
  countedMinutes: z.number(),
  // not-words: codes of the API
  reason: z.enum(['open hours', 'closed', 'holiday', 'paused', 'more']),
  /** What the holiday is called, or its date. */
  name: z.string().optional(),
})

export const calculateOutput = z.object({
  items: z.array(
    z.object({
      id: z.union([z.string(), z.number()]),
      /** The earliest instant at which the minutes have passed; null while paused, or beyond 400 days. */
      deadline: z.date().nullable().optional(),
      workingMinutes: z.number().optional(),
      explanation: z.array(stretchOutput),
    }),
  ),
})
export type CalculateInput = z.output<typeof calculateInput>
export type CalculateOutput = z.output<typeof calculateOutput>
