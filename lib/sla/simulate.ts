import { z } from 'zod'
import { visibleTo } from '../access/visible-tickets'
import { calendarOf, NeverOpen } from '../calendar/compile'
import { invalid, notFound } from '../core/errors'
import { newId } from '../core/id'
import { decodeCursor, encodeCursor } from '../core/page'
import { Prisma } from '../db/generated/tenant/client'
import { rowsOf } from '../db/rows'
import type { Work } from '../events/work'
import { adminProcedure } from '../procedure/builders'
import type { Metric } from '../tickets/ticket/schema'
import { type History, historyOf, slaStatusOf } from './clock'
import { type Concerned, matched } from './conditions'
import { refuseUnusable } from './policies'
import { clockTargetOf } from './recompute-ticket'
import { type SimulateOutput, simulateInput, simulateOutput } from './schema'
import { inForce, type Policy, type PolicyRow, readPolicyRows } from './targets'
import { momentsOf, readTimelines } from './timeline'

type Verdict = SimulateOutput['changed'][number]['before']
type Input = z.output<typeof simulateInput>

const replayed = z.object({ id: z.string(), number: z.string(), title: z.string(), department: z.string().nullable(), createdAt: z.date() })
const counted = z.object({ n: z.int() })

/**
 * Replays tickets under the policies as they are and as they would be, with the
 * functions that keep their clocks. A page at a time: whoever asks adds them up,
 * shows how far it is, and may stop.
 */
export const simulateSla = adminProcedure
  .meta({ permission: 'sla.manage', body: 'text' })
  .route({
    method: 'POST',
    path: '/sla/simulate',
    tags: ['SLA'],
    summary: 'Simulate a policy or a calendar on recent tickets',
  })
  .input(simulateInput)
  .output(simulateOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, now } = context
    const tenantId = tenant.ref.id
    const rows = await readPolicyRows(tx, tenantId)
    const [before, after] = [inForce(rows), inForce(await drafted(context, rows, input))]
    const since = new Date(now.getTime() - input.days * 86_400_000)
    const of = Prisma.sql`t.tenant_id = ${tenantId}::uuid AND t.deleted_at IS NULL AND t.created_at >= ${since} AND ${visibleTo(actor)}`
    const place = decodeCursor(input.cursor)
    const query = tx.$queryRaw`
      SELECT t.id::text, w.ticket_prefix || '-' || t.number AS number, t.title, d.name AS department, t.created_at AS "createdAt"
      FROM ticket t JOIN workspace w ON w.tenant_id = t.tenant_id LEFT JOIN department d ON d.tenant_id = t.tenant_id AND d.id = t.department_id
      WHERE ${of} ${place ? Prisma.sql`AND (t.created_at, t.id) < (${place.at}, ${place.id}::uuid)` : Prisma.empty}
      ORDER BY t.created_at DESC, t.id DESC LIMIT ${input.limit + 1}`
    const page = await rowsOf(replayed, query)
    const tickets = page.slice(0, input.limit)
    const ids = tickets.map(({ id }) => id)
    const timelines = await readTimelines(context, ids)
    const under = async (policies: Policy[]) => new Map((await matched(context, ids, policies)).map((found) => [found.id, found]))
    const [asIs, asWould] = [await under(before), await under(after)]
    const groups = new Map<string, SimulateOutput['groups'][number]>()
    const changed: SimulateOutput['changed'] = []
    for (const { id, number, title, department } of tickets) {
      const [was, would] = [asIs.get(id), asWould.get(id)]
      if (!was || !would) continue
      const history = historyOf(momentsOf(was, timelines.get(id)))
      const [verdicts, others] = [judge(history, was, now), judge(history, would, now)]
      for (const [index, { metric }] of history.runs.entries()) {
        const [one, other] = [verdicts[index] ?? null, others[index] ?? null]
        const key = `${metric} ${was.priority} ${department}`
        const group = groups.get(key) ?? { metric, priority: was.priority, department: department ?? '', before: none(), after: none() }
        groups.set(key, group)
        if (one === 'met' || one === 'breached') group.before[one]++
        if (other === 'met' || other === 'breached') group.after[other]++
        if (one !== other && (one === 'breached' || other === 'breached'))
          changed.push({ id, number, title, metric: metric as Metric, before: one, after: other })
      }
    }
    const last = tickets.at(-1)
    const [count] = input.cursor ? [] : await rowsOf(counted, tx.$queryRaw`SELECT count(*)::int AS n FROM ticket t WHERE ${of}`)
    return {
      total: count?.n ?? null,
      done: tickets.length,
      nextCursor: page.length > input.limit && last ? encodeCursor(last.createdAt, last.id) : null,
      groups: [...groups.values()],
      changed,
    }
  })

const none = () => ({ met: 0, breached: 0 })

/** How each run of a ticket ends under the policy it meets; where the time at which it came to meet it is not known, from the beginning. */
function judge({ runs, rests }: History, { policy, priority, slaPolicyId, slaMatchedAt }: Concerned, now: Date): Verdict[] {
  return runs.map((run): Verdict => {
    const target = policy?.target(run.metric, priority)
    if (!policy || !target) return 'none'
    const matchedAt = policy.id === slaPolicyId ? slaMatchedAt : null
    const { breachedAt } = slaStatusOf(run, rests, clockTargetOf(policy, target, matchedAt), now)
    return breachedAt ? 'breached' : run.isMoot ? 'none' : run.stoppedAt ? 'met' : null
  })
}

/** The policies as they would be. */
async function drafted(work: Work, rows: PolicyRow[], { policy, calendar }: Input): Promise<PolicyRow[]> {
  const { tx, tenant } = work
  const tenantId = tenant.ref.id
  let drafts = rows
  if (policy) {
    const { id, targets, ...data } = policy
    const filter = await refuseUnusable(work, policy, id)
    const ids = targets.flatMap(({ calendarId }) => calendarId ?? [])
    const calendars = await tx.calendar.findMany({ where: { tenantId, id: { in: ids }, deletedAt: null } })
    const draft: PolicyRow = {
      ...data,
      filter,
      id: id ?? newId(),
      targets: targets.map((target) => ({ ...target, calendar: calendars.find((each) => each.id === target.calendarId) ?? null })),
      escalations: [],
    }
    const isKnown = drafts.some((row) => row.id === id)
    drafts = isKnown ? drafts.map((row) => (row.id === id ? draft : row)) : [...drafts, draft]
  }
  if (calendar) {
    const { id, timezone: timeZone, schedule, holidays } = calendar
    if (!(await tx.calendar.count({ where: { tenantId, id, deletedAt: null } }))) throw notFound('calendar')
    try {
      calendarOf({ timezone: timeZone, schedule, holidays })
    } catch (error) {
      if (error instanceof NeverOpen) throw invalid({ 'calendar.schedule': ['calendars.neverOpen'] })
      throw error
    }
    const stored = { timeZone, schedule, holidays, version: 0 }
    drafts = drafts.map((row) => ({
      ...row,
      targets: row.targets.map((target) => (target.calendarId === id ? { ...target, calendar: stored } : target)),
    }))
  }
  return drafts
}
