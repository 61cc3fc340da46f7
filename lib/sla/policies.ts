import { ORPCError } from '@orpc/server'
import { z } from 'zod'
import { calendarOf } from '../calendar/compile'
import { aroundTheClock } from '../calendar/schema'
import { addBusinessTime, farthestDays } from '../calendar/walk'
import { conflict, invalid, isError, notFound } from '../core/errors'
import { newId } from '../core/id'
import { msg } from '../core/message'
import { ok, versionInput } from '../core/schema'
import { markDeleted, takeBack } from '../deletion/record'
import type { Work } from '../events/work'
import { adminProcedure, agentProcedure } from '../procedure/builders'
import { wordsFor } from '../procedure/words'
import { say } from '../text/say'
import { refuseUnknownTargets } from '../tickets/actions/action-targets'
import type { ShownFilter } from '../tickets/ticket/schema'
import { showFilters } from '../tickets/ticket/stored-filter'
import { resolveConditions } from './conditions'
import { recomputeAll } from './jobs'
import { mostPolicies, type PolicyWithTargets, readPolicies, readPolicy } from './queries'
import { conditionsInput, conditionsOutput, escalationActions, type PolicyOutput, policyFields, policyOutput } from './schema'
import { type Reach, reachesOf } from './shadow'
import { minutesIn, specOf } from './targets'

export const listPolicies = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/sla', tags: ['SLA'], summary: 'List SLA policies; the first whose conditions a ticket meets applies' })
  .output(z.object({ items: z.array(policyOutput), isEnabled: z.boolean() }))
  .handler(async ({ context }) => {
    const where = { tenantId: context.tenant.ref.id }
    const { slaEnabled } = await context.tx.workspace.findUniqueOrThrow({ where, select: { slaEnabled: true } })
    return { items: await readPolicies(context), isEnabled: slaEnabled }
  })

export const getPolicy = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/sla/{id}', tags: ['SLA'], summary: 'Read one SLA policy' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(policyOutput)
  .handler(({ context, input }) => readPolicy(context, input.id))

export const createPolicy = adminProcedure
  .meta({ permission: 'sla.manage', body: 'text' })
  .route({
    method: 'POST',
    path: '/sla',
    tags: ['SLA'],
    summary: 'Create an SLA policy, last in the order or above another',
    successStatus: 201,
  })
  .input(policyFields.extend({ aboveId: z.uuid().optional() }))
  .output(policyOutput)
  .handler(async ({ context, input: { targets, escalations, aboveId, ...given } }) => {
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    const filter = await refuseUnusable(context, { targets, escalations, ...given })
    await refuseMoreThan(context, mostPolicies - 1)
    const above = aboveId ? await load(context, aboveId) : null
    const all = await tx.slaPolicy.aggregate({ where: { tenantId, deletedAt: null }, _max: { position: true } })
    const id = newId()
    const position = above?.position ?? (all._max.position ?? 0) + 1
    if (above)
      await tx.slaPolicy.updateMany({
        where: { tenantId, deletedAt: null, position: { gte: position } },
        data: { position: { increment: 1 } },
      })
    await tx.slaPolicy.create({ data: { ...given, filter, tenantId, id, position, createdAt: now } })
    await tx.slaTarget.createMany({ data: targets.map((target) => ({ ...target, tenantId, policyId: id })) })
    await keepEscalations(context, id, escalations)
    emit('sla_policy.created', { name: given.name }, { subjectId: id })
    await recomputeAll(context)
    return readPolicy(context, id)
  })

export const updatePolicy = adminProcedure
  .meta({ permission: 'sla.manage', body: 'text' })
  .route({ method: 'PUT', path: '/sla/{id}', tags: ['SLA'], summary: 'Edit an SLA policy; deadlines of open tickets are recalculated' })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...policyFields.shape }))
  .output(policyOutput)
  .handler(async ({ context, input: { id, version, targets, escalations, ...given } }) => {
    const { tx, tenant, emit } = context
    const tenantId = tenant.ref.id
    const before = await readPolicy(context, id)
    const data = { ...given, filter: await refuseUnusable(context, { targets, escalations, ...given }, id) }
    const { count } = await tx.slaPolicy.updateMany({ where: { tenantId, id, version }, data: { ...data, version: { increment: 1 } } })
    if (count === 0) throw conflict('changedByOther', before.version)
    await tx.slaTarget.deleteMany({ where: { tenantId, policyId: id } })
    await tx.slaTarget.createMany({ data: targets.map((target) => ({ ...target, tenantId, policyId: id })) })
    await keepEscalations(context, id, escalations)
    const after = await readPolicy(context, id)
    emit('sla_policy.changed', { before: toldOf(before), after: { ...toldOf(after), targets, escalations } }, { subjectId: id })
    await recomputeAll(context)
    return after
  })

export const deletePolicy = adminProcedure
  .meta({ permission: 'sla.manage' })
  .route({
    method: 'DELETE',
    path: '/sla/{id}',
    tags: ['SLA'],
    summary: 'Delete an SLA policy; its open tickets move to the next one they meet',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const { id, name } = await load(context, input.id)
    await markDeleted(context, 'sla_policy', id)
    context.emit('sla_policy.deleted', { name }, { subjectId: id })
    await recomputeAll(context)
    return { ok: true as const }
  })

export const restorePolicy = adminProcedure
  .meta({ permission: 'sla.manage' })
  .route({
    method: 'POST',
    path: '/sla/{id}/restore',
    tags: ['SLA'],
    summary: 'Restore a deleted SLA policy, in its place in the order; deadlines of open tickets are recalculated',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(policyOutput)
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant } = context
    const named = await tx.slaPolicy.findFirst({ where: { tenantId: tenant.ref.id, id }, select: { name: true } })
    if (!named) throw notFound('deleted')
    await refuseTakenName(context, named.name, id)
    await takeBack(context, 'sla_policy', id)
    const row = await load(context, id)
    await refuseMoreThan(context, mostPolicies)
    const gone = await tx.calendar.findFirst({
      where: { tenantId: tenant.ref.id, deletedAt: { not: null }, targets: { some: { policyId: id } } },
      select: { name: true },
    })
    if (gone) throw invalid({ id: [msg('sla.calendarDeleted', { name: gone.name })] })
    context.emit('sla_policy.restored', { name: row.name }, { subjectId: id })
    await recomputeAll(context)
    return readPolicy(context, row.id)
  })

async function refuseMoreThan({ tx, tenant }: Work, count: number) {
  if ((await tx.slaPolicy.count({ where: { tenantId: tenant.ref.id, deletedAt: null } })) > count)
    throw invalid({ name: [msg('sla.tooManyPolicies', { maximum: mostPolicies })] })
}

async function refuseTakenName({ tx, tenant }: Work, name: string, except?: string) {
  const named = await tx.slaPolicy.findFirst({
    where: {
      tenantId: tenant.ref.id,
      deletedAt: null,
      name: { equals: name, mode: 'insensitive' },
      ...(except ? { id: { not: except } } : {}),
    },
    select: { id: true },
  })
  if (named) throw invalid({ name: ['sla.nameTaken'] })
}

export const orderPolicies = adminProcedure
  .meta({ permission: 'sla.manage' })
  .route({ method: 'PUT', path: '/sla/order', tags: ['SLA'], summary: 'Order the SLA policies' })
  .input(z.strictObject({ ids: z.array(z.uuid()).max(mostPolicies) }))
  .output(ok)
  .handler(async ({ context, input: { ids } }) => {
    const { tx, tenant, emit } = context
    const tenantId = tenant.ref.id
    const rows = await tx.slaPolicy.findMany({ where: { tenantId, deletedAt: null }, select: { id: true, name: true } })
    if (rows.length !== ids.length || rows.some(({ id }) => !ids.includes(id))) throw conflict('sla.policiesChanged')
    for (const [position, id] of ids.entries()) await tx.slaPolicy.updateMany({ where: { tenantId, id }, data: { position } })
    emit('sla_policies.ordered', { names: ids.map((id) => rows.find((row) => row.id === id)?.name ?? '') })
    await recomputeAll(context)
    return { ok: true as const }
  })

export const switchSla = adminProcedure
  .meta({ permission: 'sla.manage' })
  .route({ method: 'PUT', path: '/sla/enabled', tags: ['SLA'], summary: 'Enable or disable SLA policies' })
  .input(z.strictObject({ isEnabled: z.boolean() }))
  .output(ok)
  .handler(async ({ context, input: { isEnabled } }) => {
    const { tx, tenant, emit } = context
    const where = { tenantId: tenant.ref.id, slaEnabled: !isEnabled }
    const { count } = await tx.workspace.updateMany({ where, data: { slaEnabled: isEnabled } })
    if (count === 0) return { ok: true as const }
    emit('workspace.changed', { before: { slaEnabled: !isEnabled }, after: { slaEnabled: isEnabled } })
    await recomputeAll(context)
    return { ok: true as const }
  })

/** What the audit trail compares. */
function toldOf({ name, description, filter, evaluation, isActive, pausesOnHold, pausesOnWaiting, targets, escalations }: PolicyOutput) {
  return { name, description, filter, evaluation, isActive, pausesOnHold, pausesOnWaiting, targets, escalations }
}

export const checkConditions = adminProcedure
  .meta({ permission: 'sla.manage', changesNothing: true })
  .route({
    method: 'POST',
    path: '/sla/conditions',
    tags: ['SLA'],
    summary: 'Check the conditions of an SLA policy before it is saved: what they name, and which policies leave it no tickets',
  })
  .input(conditionsInput)
  .output(conditionsOutput)
  .handler(async ({ context, input: { id, aboveId, filter, isActive } }) => {
    if (aboveId) await load(context, aboveId)
    const edited = id ? await load(context, id) : null
    // What is half written is no failure of the request.
    const { stored, problem } = await resolveConditions(context, filter, edited?.filter).then(
      (resolved) => ({ stored: resolved, problem: null }),
      (error: unknown) => ({ stored: null, problem: problemOf(error) }),
    )
    if (stored === null) {
      const said = problem && say(problem, await wordsFor(context.caller))
      return {
        filter,
        filterById: filter,
        names: [],
        gone: [],
        findsNothing: false,
        neverApplies: null,
        shadowedBy: [],
        moveHelps: false,
        problem: said,
      }
    }
    const [shown] = (await showFilters(context, [stored])) as [ShownFilter]
    const policies: Parameters<typeof reachesOf>[0][number][] = await readPolicies(context)
    const others = policies.filter((policy) => policy.id !== id)
    const own = policies.findIndex((policy) => policy.id === id)
    const above = others.findIndex((policy) => policy.id === aboveId)
    const at = above >= 0 ? above : own >= 0 ? own : others.length
    const [reach] = reachesOf([...others.slice(0, at), { ...shown, isActive, id: id ?? newId(), name: '' }]).slice(at) as [Reach]
    return { ...shown, ...reach, problem: null }
  })

/** @throws what is no fault of the conditions */
function problemOf(error: unknown): string {
  if (!(error instanceof ORPCError) || !isError(error, 'INVALID')) throw error
  return (error.data as { fields?: Record<string, string[]> }).fields?.filter?.[0] ?? error.message
}

async function load({ tx, tenant }: Work, id: string): Promise<Pick<PolicyWithTargets, 'id' | 'name' | 'position' | 'filter'>> {
  const row = await tx.slaPolicy.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null } })
  if (!row) throw notFound('policy')
  return row
}

/** Steps that stay keep what they have done; those that are left out do no more. */
async function keepEscalations({ tx, tenant, now }: Work, policyId: string, given: z.output<typeof policyFields>['escalations']) {
  const tenantId = tenant.ref.id
  const known = await tx.slaEscalation.findMany({
    where: { tenantId, policyId, deletedAt: null },
    select: { id: true, minutes: true, metric: true },
  })
  const left = known.filter(({ id }) => !given.some((step) => step.id === id)).map(({ id }) => id)
  await tx.slaEscalation.updateMany({ where: { tenantId, id: { in: left } }, data: { deletedAt: now } })
  for (const { id, ...data } of given) {
    const before = known.find((step) => step.id === id)
    // At another time it is another step: what lies behind is left alone.
    const isMoved = before && (before.minutes !== data.minutes || before.metric !== data.metric)
    if (before) await tx.slaEscalation.updateMany({ where: { tenantId, id }, data: { ...data, ...(isMoved ? { createdAt: now } : {}) } })
    else await tx.slaEscalation.create({ data: { ...data, tenantId, id: newId(), policyId, createdAt: now } })
  }
}

/**
 * @returns its conditions, with ids in place of names
 * @throws INVALID for a taken name, conditions that cannot be told at once, and targets that could never be breached
 */
export async function refuseUnusable(work: Work, given: z.output<typeof policyFields>, except?: string): Promise<string> {
  const { tx, tenant, now } = work
  const tenantId = tenant.ref.id
  await refuseTakenName(work, given.name, except)
  const edited = except ? await load(work, except) : null
  const filter = await resolveConditions(work, given.filter, edited?.filter)
  const before = except ? await tx.slaEscalation.findMany({ where: { tenantId, policyId: except, deletedAt: null } }) : []
  await refuseUnknownTargets(
    work,
    given.escalations.flatMap(({ actions }, step) => actions.map((action, at) => [`escalations.${step}.actions.${at}`, action] as const)),
    before.flatMap(({ actions }) => escalationActions.parse(actions)),
  )
  const ids = [...new Set(given.targets.flatMap(({ calendarId }) => calendarId ?? []))]
  const stored = await tx.calendar.findMany({ where: { tenantId, id: { in: ids }, deletedAt: null } })
  for (const [index, { calendarId, amount, unit }] of given.targets.entries()) {
    const row = stored.find(({ id }) => id === calendarId)
    if (calendarId && !row) throw invalid({ [`targets.${index}.calendarId`]: ['notFound.calendar'] })
    const calendar = calendarOf(row ? specOf(row) : aroundTheClock)
    const minutes = minutesIn(amount, unit, calendar)
    if (minutes === 0) throw invalid({ [`targets.${index}.unit`]: ['sla.noCommonDay'] })
    if (addBusinessTime(calendar, now, minutes) === null)
      throw invalid({ [`targets.${index}.amount`]: [msg('sla.deadlineTooFar', { days: farthestDays })] })
  }
  return filter
}
