import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { errorText } from '../core/text'
import type { HookKind } from '../db/generated/tenant/client'
import { plannedOnce } from '../db/prepared'
import { rowsOf } from '../db/rows'
import { type TenantTx, withTenant } from '../db/scope'
import type { EventOf, EventType } from '../events/event-types'
import type { Work } from '../events/work'
import { defineJob, JobPostponedError } from '../jobs/define'
import { enqueueJob } from '../jobs/enqueue'
import { postGuarded } from '../net/guarded'
import { originOf } from '../tenancy/origin'
import type { ResolvedTenant } from '../tenancy/resolve'
import { workspaceTranslator } from '../text/translator'
import type { Notice } from './notice'
import { notificationKinds } from './schema'

const message = z.object({
  /** The same when it is sent again, so that a receiver can tell. */
  id: z.string(),
  type: z.string(),
  title: z.string(),
  body: z.string(),
  url: z.string(),
  occurredAt: z.string(),
})
type Message = z.output<typeof message>

/** Posts one notification to one webhook of the workspace; each webhook has its own attempts. */
export const callHookJob = defineJob({
  id: 'notifications.hook',
  title: 'callWebhook',
  priority: 'low', // behind everything of ours: the other side may be slow
  input: z.object({ hookId: z.string(), message }),
  async run({ tenant, input }) {
    if (!tenant) return
    const hook = await withTenant(tenant.ref, (tx) =>
      tx.notificationHook.findFirst({ where: { tenantId: tenant.ref.id, id: input.hookId, isActive: true, deletedAt: null } }),
    )
    if (!hook) return
    // An admin who asks for a test wants to know now.
    const until = input.message.type === testType ? null : await admit(tenant, hook)
    if (until) {
      if (Date.now() - Date.parse(input.message.occurredAt) > keptMs) throw new Error(hook.lastError ?? '')
      throw new JobPostponedError(until)
    }
    await callHook(tenant, hook, input.message)
  },
})

/** The type of message by which an admin tries a webhook. */
export const testType = 'test'

/** A receiver that failed so often in a row is set aside: its messages wait, and take no place from others. */
const failuresAllowed = 3
const firstPauseSeconds = 30
const longestPauseSeconds = 900
/** How long the one message is given that is tried after a pause; the others wait for what becomes of it. */
const trialSeconds = 15
/** A message that could not be sent for so long is given up, and can be sent again by hand. */
const keptMs = 86_400_000

const pauseSeconds = (failures: number) => Math.min(firstPauseSeconds * 2 ** (failures - failuresAllowed), longestPauseSeconds)

/**
 * Lets a message through to its receiver; of one that is set aside, when its pause is over, one message.
 * @returns until when it has to wait, else null
 */
async function admit({ ref }: ResolvedTenant, { id, setAsideUntil }: Hook): Promise<Date | null> {
  if (!setAsideUntil) return null
  const now = new Date()
  if (setAsideUntil > now) return setAsideUntil
  const end = new Date(now.getTime() + trialSeconds * 1000)
  // Of several at once one is the trial.
  const where = { tenantId: ref.id, id, setAsideUntil }
  const { count } = await withTenant(ref, (tx) => tx.notificationHook.updateMany({ where, data: { setAsideUntil: end } }))
  return count > 0 ? null : end
}

interface Hook {
  id: string
  kind: HookKind
  url: string
  secret: string
  failures: number
  setAsideUntil: Date | null
  lastError: string | null
}

/** @throws what went wrong, which is also kept with the hook */
export async function callHook(tenant: ResolvedTenant, hook: Hook, sent: Message) {
  const failure = await post(hook, sent).then(
    () => null,
    (error: unknown) => error,
  )
  await withTenant(tenant.ref, (tx) => record(tx, tenant, hook.id, failure))
  if (failure) throw failure
}

async function record(tx: TenantTx, { ref }: ResolvedTenant, id: string, failure: unknown) {
  const where = { tenantId: ref.id, id }
  const failed = { lastAt: new Date(), lastError: errorText(failure), failures: { increment: 1 } }
  const well = { lastAt: new Date(), lastError: null, failures: 0, setAsideUntil: null }
  const hooks = await tx.notificationHook.updateManyAndReturn({ where, data: failure ? failed : well, select: { failures: true } })
  const failures = hooks[0]?.failures ?? 0
  if (failures < failuresAllowed) return
  const setAsideUntil = new Date(Date.now() + pauseSeconds(failures) * 1000)
  await tx.notificationHook.updateMany({ where, data: { setAsideUntil } })
}

async function post({ kind, url, secret }: Hook, sent: Message) {
  const body = JSON.stringify(kind === 'slack' ? slackMessage(sent) : sent)
  const { status, text } = await postGuarded(url, {
    headers: { 'content-type': 'application/json', ...signed(secret, body) },
    body,
    timeoutMs: 5000,
  })
  if (status < 200 || status > 299) throw new Error(`it answered ${status}${text ? `: ${text.slice(0, 200)}` : ''}`)
}

/** The receiver computes the same over "time.body" and refuses what is old. */
function signed(secret: string, body: string): Record<string, string> {
  const time = Math.floor(Date.now() / 1000)
  return { 'x-baraza-signature': `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}` }
}

/** Source: docs.slack.dev, "Formatting message text": these three are escaped, nothing else. */
const escapeSlack = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

const slackMessage = ({ title, body, url }: Message) => ({
  text: `<${url}|${escapeSlack(title).replaceAll('|', '¦')}>${body ? `\n${escapeSlack(body)}` : ''}`,
})

/** Hands what there is to tell to the addresses that want its kind, of one act the last that each wants. What is one person's own stays inside. */
export async function callHooks(work: Work, told: readonly (readonly { event: EventOf<EventType>; notice: Notice }[])[]) {
  const { tx, tenant } = work
  const shown = told.map((act) => act.filter(({ notice }) => !notificationKinds[notice.type].isPersonal))
  const types = [...new Set(shown.flatMap((act) => act.map(({ notice }) => notice.type)))]
  if (types.length === 0) return
  const query = tx.$queryRaw`
    SELECT ${plannedOnce} id::text, types FROM notification_hook
    WHERE tenant_id = ${tenant.ref.id}::uuid AND is_active AND deleted_at IS NULL AND types && ${types}::text[] LIMIT 50`
  const hooks = await rowsOf(hookRow, query)
  for (const act of shown)
    for (const hook of hooks) {
      const last = act.findLast(({ notice }) => hook.types.includes(notice.type))
      if (last) await callHookLater(work, hook.id, last.event, last.notice)
    }
}

const hookRow = z.object({ id: z.string(), types: z.array(z.string()) })

/** Once this unit of work is done, and once for a message however often it is asked for. */
export async function callHookLater({ tx, tenant }: Work, hookId: string, event: EventOf<EventType>, notice: Notice) {
  const { type, wording, href, ticketId, messageId: id = event.id } = notice
  const url = originOf(tenant.ref) + (ticketId ? `/agent/tickets/${ticketId}` : href)
  const sent = { id, type, ...wording(await workspaceTranslator(tenant), true), url, occurredAt: event.occurredAt.toISOString() }
  await enqueueJob({ tx, tenantId: tenant.ref.id }, callHookJob, { hookId, message: sent }, { uniqueKey: `${hookId}:${id}` })
}
