import { z } from 'zod'
import type { PersonActor } from '../actor/actor'
import { forbidden } from '../core/errors'
import { decodeCursor, pageInput, pageOf, toPage, totalOf } from '../core/page'
import { idsOf } from '../db/rows'
import { adminProcedure, customerProcedure } from '../procedure/builders'
import type { SignedInContext } from '../procedure/context'
import { wordsFor } from '../procedure/words'
import type { Translator } from '../text/translator'
import { vapidKeys } from './push'
import {
  clockOf,
  hookOutput,
  isWanted,
  type Matrix,
  notificationKinds,
  notificationOutput,
  notificationTypes,
  type PreferencesOutput,
  preferencesOutput,
  readMatrix,
  type TypeChoices,
  typeChoices,
} from './schema'

/** Notifications belong to a person; a token and the product itself have none. */
export function readerOf({ actor }: SignedInContext): PersonActor {
  if (actor.kind !== 'person') throw forbidden('notifications.personOnly')
  return actor
}

export const listNotifications = customerProcedure
  .meta({ permission: 'signed-in' })
  .route({ method: 'GET', path: '/notifications', tags: ['Notifications'], summary: 'List your notifications, newest first' })
  .input(z.strictObject({ ...pageInput, unread: z.stringbool().optional() }))
  .output(pageOf(notificationOutput).extend({ unread: z.number().int() }))
  .handler(async ({ context, input }) => {
    const after = decodeCursor(input.cursor)
    const own = await ownOf(context)
    const where = { ...own, ...(input.unread ? { readAt: null } : {}) }
    const rows = await context.tx.notification.findMany({
      where: {
        ...where,
        ...(after ? { AND: { OR: [{ updatedAt: { lt: after.at } }, { updatedAt: after.at, id: { lt: after.id } }] } } : {}),
      },
      orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }],
      skip: input.offset,
      take: input.limit + 1,
    })
    const total = await totalOf(input, () => context.tx.notification.count({ where }))
    return { ...toPage(rows, input.limit, ({ updatedAt }) => updatedAt), ...total, unread: await countUnread(context, own) }
  })

/** As the bell shows it; more than that is "many". */
const countedUnread = 100

const countUnread = ({ tx }: SignedInContext, own: Awaited<ReturnType<typeof ownOf>>) =>
  tx.notification.count({ where: { ...own, readAt: null }, take: countedUnread })

/** What the bell shows: nothing of tickets that are deleted; a customer who was staff before sees nothing of that time. */
async function ownOf(context: SignedInContext) {
  const { tx, tenant } = context
  const { id: personId, role } = readerOf(context)
  const gone = await idsOf(tx.$queryRaw`
    SELECT DISTINCT n.ticket_id::text AS id FROM notification n JOIN ticket t ON t.tenant_id = n.tenant_id AND t.id = n.ticket_id
    WHERE n.tenant_id = ${tenant.ref.id}::uuid AND n.person_id = ${personId}::uuid AND t.deleted_at IS NOT NULL`)
  return {
    tenantId: tenant.ref.id,
    personId,
    inApp: true,
    ...(role === 'customer' ? { forStaff: false } : {}),
    ...(gone.length > 0 ? { OR: [{ ticketId: null }, { ticketId: { notIn: gone } }] } : {}),
  }
}

const choicesOf = (t: Translator, isCustomer: boolean, own: Matrix, desk: Matrix): TypeChoices[] =>
  notificationTypes
    .filter((type) => !isCustomer || notificationKinds[type].forCustomers)
    .map((type) => ({
      type,
      name: t(`notifications.types.${type}`),
      in_app: isWanted(type, 'in_app', own, desk),
      mail: isWanted(type, 'mail', own, desk),
      push: isWanted(type, 'push', own, desk),
    }))

export async function loadPreferences(context: SignedInContext): Promise<PreferencesOutput> {
  const { tx, tenant } = context
  const me = readerOf(context)
  const tenantId = tenant.ref.id
  const own = await tx.notificationSettings.findUnique({ where: { tenantId_personId: { tenantId, personId: me.id } } })
  const { notificationDefaults } = await tx.workspace.findUniqueOrThrow({ where: { tenantId }, select: { notificationDefaults: true } })
  return {
    version: own?.version ?? 1,
    types: choicesOf(await wordsFor(context.caller), me.role === 'customer', readMatrix(own?.matrix), readMatrix(notificationDefaults)),
    quietFrom: clockOf(own?.quietFrom ?? null),
    quietTo: clockOf(own?.quietTo ?? null),
    timeZone: me.timeZone,
    mutedUntil: own?.mutedUntil ?? null,
    digest: own?.digest ?? 'off',
    browsers: await tx.pushSubscription.count({ where: { tenantId, personId: me.id } }),
  }
}

export const getPreferences = customerProcedure
  .meta({ permission: 'signed-in' })
  .route({ method: 'GET', path: '/notifications/preferences', tags: ['Notifications'], summary: 'Read your notification settings' })
  .output(preferencesOutput)
  .handler(({ context }) => loadPreferences(context))

export const getPushKey = customerProcedure
  .meta({ permission: 'signed-in' })
  .route({
    method: 'GET',
    path: '/notifications/push-key',
    tags: ['Notifications'],
    summary: 'Read the public key for browser subscriptions',
  })
  .output(z.object({ key: z.string() }))
  .handler(() => ({ key: vapidKeys().publicKey }))

export const knowsBrowser = customerProcedure
  .meta({ permission: 'signed-in' })
  .route({
    method: 'POST',
    path: '/notifications/push/known',
    tags: ['Notifications'],
    summary: 'Check whether this browser is subscribed',
  })
  .input(z.strictObject({ endpoint: z.string().max(2000) }))
  .output(z.object({ isKnown: z.boolean() }))
  .handler(async ({ context, input: { endpoint } }) => {
    const where = { tenantId: context.tenant.ref.id, personId: readerOf(context).id, endpoint }
    return { isKnown: (await context.tx.pushSubscription.count({ where })) > 0 }
  })

export async function loadDefaults({ tx, tenant, caller }: SignedInContext): Promise<{ version: number; types: TypeChoices[] }> {
  const where = { tenantId: tenant.ref.id }
  const row = await tx.workspace.findUniqueOrThrow({ where, select: { notificationDefaults: true, version: true } })
  return { version: row.version, types: choicesOf(await wordsFor(caller), false, {}, readMatrix(row.notificationDefaults)) }
}

export const getDefaults = adminProcedure
  .meta({ permission: 'workspace.manage' })
  .route({
    method: 'GET',
    path: '/notifications/defaults',
    tags: ['Notifications'],
    summary: 'Read the default notification settings',
  })
  .output(z.object({ version: z.number().int(), types: z.array(typeChoices) }))
  .handler(({ context }) => loadDefaults(context))

export const listHooks = adminProcedure
  .meta({ permission: 'workspace.manage' })
  .route({ method: 'GET', path: '/notifications/hooks', tags: ['Notifications'], summary: 'List webhooks' })
  .output(z.object({ items: z.array(hookOutput) }))
  .handler(async ({ context: { tx, tenant } }) => {
    const where = { tenantId: tenant.ref.id, deletedAt: null }
    return { items: (await tx.notificationHook.findMany({ where, orderBy: { createdAt: 'asc' }, take: 50 })).map(toHookOutput) }
  })

/** The secret stays inside: it is shown once, when it is made. An address may be a secret too, so only its host is shown. */
export function toHookOutput<T extends { url: string; types: string[] }>({ url, types, ...row }: T) {
  return { ...row, host: URL.canParse(url) ? new URL(url).host : url, types: types.filter((type) => type in notificationKinds) as never }
}
