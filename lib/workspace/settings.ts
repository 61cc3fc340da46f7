import { z } from 'zod'
import { timeZone } from '../calendar/schema'
import { conflict, notFound } from '../core/errors'
import { msg } from '../core/message'
import { emailInput, nameInput, phoneInput, urlInput, versionInput } from '../core/schema'
import { rowsOf } from '../db/rows'
import { afterCommit } from '../db/scope'
import { keptDays } from '../deletion/schema'
import type { Work } from '../events/work'
import { adminProcedure, agentProcedure } from '../procedure/builders'
import { forgetAllHosts } from '../tenancy/resolve'
import { isChoosable } from '../text/language'
import {
  accessTokenMinutes,
  checklistItems,
  organizationSizes,
  portalPatterns,
  refreshTokenDays,
  type WorkspaceOutput,
  workspaceOutput,
} from './schema'

async function load({ tx, tenant }: Work): Promise<WorkspaceOutput> {
  const row = await tx.workspace.findUniqueOrThrow({ where: { tenantId: tenant.ref.id } })
  return workspaceOutput.parse({ ...row, id: row.tenantId })
}

/** An id in the path may only be the caller's own workspace. */
export function refuseOther({ tenant }: Pick<Work, 'tenant'>, id: string) {
  if (id !== tenant.ref.id) throw notFound('workspace')
}

const checklistRow = z.record(z.enum(['hidden', ...checklistItems]), z.boolean())

/** What a new workspace still has to do, seen from what is there; null once it was put away. */
export const readChecklist = adminProcedure
  .meta({ permission: 'workspace.manage' })
  .route({
    method: 'GET',
    path: '/business/checklist',
    tags: ['Workspace'],
    summary: 'Read the getting-started checklist',
  })
  .output(z.object({ done: z.record(z.enum(checklistItems), z.boolean()).nullable() }))
  .handler(async ({ context: { tx, tenant } }) => {
    const tenantId = tenant.ref.id
    const query = tx.$queryRaw`
      SELECT w.checklist_hidden_at IS NOT NULL AS hidden,
        EXISTS (SELECT 1 FROM person p WHERE p.tenant_id = w.tenant_id AND p.role NOT IN ('owner', 'customer') AND p.deleted_at IS NULL) AS colleague,
        EXISTS (SELECT 1 FROM event e WHERE e.tenant_id = w.tenant_id AND e.type = 'workspace.changed'
          AND e.payload->'after' ?| ARRAY['name', 'portalTitle', 'accent', 'timeZone']) AS look,
        EXISTS (SELECT 1 FROM ticket t WHERE t.tenant_id = w.tenant_id) AS ticket,
        EXISTS (SELECT 1 FROM ticket_message m WHERE m.tenant_id = w.tenant_id AND m.kind = 'reply' AND m.author_kind = 'person') AS reply,
        EXISTS (SELECT 1 FROM inbound_mail i WHERE i.tenant_id = w.tenant_id) AS mail,
        EXISTS (SELECT 1 FROM platform.domain d WHERE d.tenant_id = w.tenant_id AND d.status = 'verified') AS domain
      FROM workspace w WHERE w.tenant_id = ${tenantId}::uuid`
    const [row] = await rowsOf(checklistRow, query)
    if (!row) return { done: null }
    const { hidden, ...done } = row
    return { done: hidden ? null : done }
  })

export const hideChecklist = adminProcedure
  .meta({ permission: 'workspace.manage' })
  .route({ method: 'POST', path: '/business/checklist/hide', tags: ['Workspace'], summary: 'Hide the getting-started checklist' })
  .output(z.object({ ok: z.literal(true) }))
  .handler(async ({ context: { tx, tenant, now } }) => {
    await tx.workspace.update({ where: { tenantId: tenant.ref.id }, data: { checklistHiddenAt: now } })
    return { ok: true as const }
  })

export const listBusinesses = agentProcedure
  .meta({ permission: 'person.view' })
  .route({ method: 'GET', path: '/business', tags: ['Workspace'], summary: 'List your workspaces: the one at this host' })
  .output(z.object({ items: z.array(workspaceOutput) }))
  .handler(async ({ context }) => ({ items: [await load(context)] }))

export const getBusiness = agentProcedure
  .meta({ permission: 'person.view' })
  .route({ method: 'GET', path: '/business/{id}', tags: ['Workspace'], summary: 'Read the workspace settings' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(workspaceOutput)
  .handler(({ context, input }) => {
    refuseOther(context, input.id)
    return load(context)
  })

export const updateBusiness = adminProcedure
  .meta({ permission: 'workspace.manage' })
  .route({ method: 'PUT', path: '/business/{id}', tags: ['Workspace'], summary: 'Edit the workspace settings' })
  .input(
    z.strictObject({
      id: z.uuid(),
      version: versionInput,
      name: nameInput.optional(),
      ticketPrefix: z
        .string()
        .regex(/^[A-Z][A-Z0-9]{1,9}$/, msg('workspace.prefix'))
        .optional(),
      timeZone: timeZone.optional(),
      locale: z.string().refine(isChoosable, msg('workspace.language')).optional(),
      accent: z
        .string()
        .regex(/^#[0-9a-f]{6}$/i, msg('workspace.accent'))
        .optional(),
      portalTitle: z.string().trim().max(120).nullable().optional(),
      portalPattern: z.enum(portalPatterns).optional(),
      portalPhotoUrl: urlInput.nullable().optional(),
      website: urlInput.nullable().optional(),
      supportUrl: urlInput.nullable().optional(),
      email: emailInput.nullable().optional(),
      phone: phoneInput.nullable().optional(),
      logoUrl: urlInput.nullable().optional(),
      faviconUrl: urlInput.nullable().optional(),
      organizationSize: z.enum(organizationSizes).nullable().optional(),
      allowSignUp: z.boolean().optional(),
      accessMinutes: z.number().int().min(accessTokenMinutes.min).max(accessTokenMinutes.max).optional(),
      refreshDays: z.number().int().min(refreshTokenDays.min).max(refreshTokenDays.max).optional(),
      /** 0: never. */
      closeAfterDays: z.number().int().min(0).max(365).optional(),
      reopenDays: z.number().int().min(0).max(3650).optional(),
      /** Whether requesters are asked to rate what was resolved. */
      asksRating: z.boolean().optional(),
      deletedDays: z.literal(keptDays).nullable().optional(),
      /** How long mail and notifications of a change wait for it to be undone: of one ticket, and from the end of a bulk change. */
      undoSeconds: z.number().int().min(0).max(120).optional(),
      bulkUndoSeconds: z.number().int().min(0).max(120).optional(),
    }),
  )
  .output(workspaceOutput)
  .handler(async ({ context, input: { id, version, ...data } }) => {
    refuseOther(context, id)
    const before: Record<string, unknown> = await load(context)
    const { count } = await context.tx.workspace.updateMany({
      where: { tenantId: id, version },
      data: { ...data, version: { increment: 1 } },
    })
    if (count === 0) throw conflict('changedByOther', before.version as number)
    if (data.locale !== undefined || data.name !== undefined) afterCommit(forgetAllHosts)
    context.emit(
      'workspace.changed',
      { before: Object.fromEntries(Object.keys(data).map((key) => [key, before[key]])), after: data },
      { subjectId: id },
    )
    return load(context)
  })

export const listBusinessMembers = agentProcedure
  .meta({ permission: 'person.view' })
  .route({ method: 'GET', path: '/business/{id}/members', tags: ['Workspace'], summary: 'List staff' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.object({ items: z.array(z.object({ id: z.uuid(), name: z.string(), email: z.string(), role: z.string() })) }))
  .handler(async ({ context, input }) => {
    refuseOther(context, input.id)
    return {
      items: await context.tx.person.findMany({
        where: { tenantId: input.id, deletedAt: null, status: 'active', role: { not: 'customer' } },
        orderBy: { name: 'asc' },
        take: 1000,
        select: { id: true, name: true, email: true, role: true },
      }),
    }
  })
