import { z } from 'zod'
import { calendarOf, NeverOpen } from '../calendar/compile'
import type { CalendarSpec } from '../calendar/schema'
import { addBusinessTime, farthestDays } from '../calendar/walk'
import { conflict, invalid, notFound } from '../core/errors'
import { newId } from '../core/id'
import { msg } from '../core/message'
import { stampsOf } from '../core/page'
import { ok, versionInput } from '../core/schema'
import type { Prisma } from '../db/generated/tenant/client'
import { markDeleted, takeBack } from '../deletion/record'
import type { Work } from '../events/work'
import { adminProcedure, agentProcedure } from '../procedure/builders'
import { recomputeAll } from './jobs'
import { type CalendarOutput, calendarFields, calendarOutput } from './schema'
import { minutesIn, specOf } from './targets'

const include = { targets: { where: { policy: { deletedAt: null } }, select: { policy: { select: { name: true } } } } } as const
type Row = Prisma.CalendarGetPayload<{ include: typeof include }>

function toCalendarOutput({ id, name, targets, ...row }: Row): CalendarOutput {
  const spec = specOf(row)
  const calendar = calendarOf(spec)
  return {
    id,
    ...stampsOf(row),
    name,
    ...spec,
    dayMinutes: minutesIn(1, 'days', calendar),
    weekMinutes: minutesIn(1, 'weeks', calendar),
    policies: [...new Set(targets.map(({ policy }) => policy.name))].sort(),
  }
}

const mostCalendars = 200

export const listCalendars = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/calendars', tags: ['SLA'], summary: 'List calendars' })
  .output(z.object({ items: z.array(calendarOutput) }))
  .handler(async ({ context: { tx, tenant } }) => {
    const where = { tenantId: tenant.ref.id, deletedAt: null }
    const rows = await tx.calendar.findMany({ where, include, orderBy: { name: 'asc' }, take: mostCalendars })
    return { items: rows.map(toCalendarOutput) }
  })

export const createCalendar = adminProcedure
  .meta({ permission: 'sla.manage', body: 'list' })
  .route({
    method: 'POST',
    path: '/calendars',
    tags: ['SLA'],
    summary: 'Create a calendar: business hours and holidays',
    successStatus: 201,
  })
  .input(calendarFields)
  .output(calendarOutput)
  .handler(async ({ context, input: { name, timezone, ...spec } }) => {
    const { tx, tenant, now, emit } = context
    refuseNeverOpen({ timezone, ...spec })
    await refuseTakenName(context, name)
    await refuseMoreThan(context, mostCalendars - 1)
    const id = newId()
    const row = await tx.calendar.create({
      data: { tenantId: tenant.ref.id, id, name, timeZone: timezone, ...spec, createdAt: now },
      include,
    })
    emit('calendar.created', { name }, { subjectId: id })
    return toCalendarOutput(row)
  })

export const updateCalendar = adminProcedure
  .meta({ permission: 'sla.manage', body: 'list' })
  .route({
    method: 'PUT',
    path: '/calendars/{id}',
    tags: ['SLA'],
    summary: 'Edit a calendar; deadlines of open tickets are recalculated',
  })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...calendarFields.shape }))
  .output(calendarOutput)
  .handler(async ({ context, input: { id, version, name, timezone, ...spec } }) => {
    const { tx, tenant, emit } = context
    const before = await load(context, id)
    refuseNeverOpen({ timezone, ...spec })
    await refuseUnreachable(context, id, { timezone, ...spec })
    await refuseTakenName(context, name, id)
    const { count } = await tx.calendar.updateMany({
      where: { tenantId: tenant.ref.id, id, version },
      data: { name, timeZone: timezone, ...spec, version: { increment: 1 } },
    })
    if (count === 0) throw conflict('changedByOther', before.version)
    const said = ({ name: called, timeZone, schedule, holidays }: Pick<Row, 'name' | 'timeZone' | 'schedule' | 'holidays'>) => ({
      name: called,
      timezone: timeZone,
      schedule,
      holidays,
    })
    emit('calendar.changed', { before: said(before), after: { name, timezone, ...spec } }, { subjectId: id })
    if (before.targets.length > 0) await recomputeAll(context)
    return toCalendarOutput(await load(context, id))
  })

export const deleteCalendar = adminProcedure
  .meta({ permission: 'sla.manage' })
  .route({ method: 'DELETE', path: '/calendars/{id}', tags: ['SLA'], summary: 'Delete a calendar that no policy uses' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const row = await load(context, input.id)
    const { policies } = toCalendarOutput(row)
    if (policies.length > 0) throw invalid({ id: [msg('calendars.inUse', { policies: policies.join(', ') })] })
    await markDeleted(context, 'calendar', row.id)
    context.emit('calendar.deleted', { name: row.name }, { subjectId: row.id })
    return { ok: true as const }
  })

export const restoreCalendar = adminProcedure
  .meta({ permission: 'sla.manage' })
  .route({ method: 'POST', path: '/calendars/{id}/restore', tags: ['SLA'], summary: 'Restore a deleted calendar' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(calendarOutput)
  .handler(async ({ context, input: { id } }) => {
    const gone = await context.tx.calendar.findFirst({ where: { tenantId: context.tenant.ref.id, id }, select: { name: true } })
    if (!gone) throw notFound('deleted')
    await refuseTakenName(context, gone.name, id)
    await takeBack(context, 'calendar', id)
    const row = await load(context, id)
    await refuseMoreThan(context, mostCalendars)
    context.emit('calendar.restored', { name: row.name }, { subjectId: id })
    return toCalendarOutput(row)
  })

async function refuseMoreThan({ tx, tenant }: Work, count: number) {
  if ((await tx.calendar.count({ where: { tenantId: tenant.ref.id, deletedAt: null } })) > count)
    throw invalid({ name: [msg('calendars.tooMany', { maximum: mostCalendars })] })
}

async function load({ tx, tenant }: Work, id: string): Promise<Row> {
  const row = await tx.calendar.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null }, include })
  if (!row) throw notFound('calendar')
  return row
}

function refuseNeverOpen(spec: CalendarSpec) {
  try {
    calendarOf(spec)
  } catch (error) {
    if (error instanceof NeverOpen) throw invalid({ schedule: ['calendars.neverOpen'] })
    throw error
  }
}

/** Hours on which a target could never be breached are none for it. */
async function refuseUnreachable({ tx, tenant, now }: Work, id: string, spec: CalendarSpec) {
  const calendar = calendarOf(spec)
  const targets = await tx.slaTarget.findMany({
    where: { tenantId: tenant.ref.id, calendarId: id, policy: { deletedAt: null } },
    select: { amount: true, unit: true, policy: { select: { name: true } } },
  })
  for (const { amount, unit, policy } of targets) {
    const minutes = minutesIn(amount, unit, calendar)
    if (minutes > 0 && addBusinessTime(calendar, now, minutes)) continue
    throw invalid({
      schedule: [msg('calendars.deadlineTooFar', { policy: policy.name, days: farthestDays })],
    })
  }
}

async function refuseTakenName({ tx, tenant }: Work, name: string, except?: string) {
  const where = { tenantId: tenant.ref.id, deletedAt: null, name: { equals: name, mode: 'insensitive' as const } }
  const taken = await tx.calendar.findFirst({ where: { ...where, ...(except ? { id: { not: except } } : {}) }, select: { id: true } })
  if (taken) throw invalid({ name: ['calendars.nameTaken'] })
}
