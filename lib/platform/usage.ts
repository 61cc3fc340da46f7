import { z } from 'zod'
import { instant } from '../core/page'
import { rowsOf } from '../db/rows'
import { withTenant } from '../db/scope'
import type { ResolvedTenant } from '../tenancy/resolve'

const weeks = 12

const usage = z.object({
  owners: z.array(z.object({ name: z.string(), email: z.string() })),
  staff: z.int(),
  customers: z.int(),
  openTickets: z.int(),
  storedBytes: z.number(),
  lastActivityAt: instant.nullable(),
  mail: z.object({ sent: z.int(), failed: z.int(), unread: z.int(), failingMailboxes: z.int(), lastError: z.string().nullable() }),
  weeks: z.array(z.object({ from: z.coerce.date(), tickets: z.int() })),
})
/** How much a workspace is used, in numbers: nothing of what is written in it. */
export type Usage = z.output<typeof usage>

/** For operators, behind the check of who asks: it looks into the workspace, which no unit of work of the platform can. */
export async function readUsage({ ref }: ResolvedTenant, now = new Date()): Promise<Usage | null> {
  const tenantId = ref.id
  const week = new Date(now.getTime() - 7 * 86_400_000)
  const [found] = await withTenant(ref, (tx) =>
    rowsOf(
      usage,
      tx.$queryRaw`
      SELECT
        (SELECT coalesce(json_agg(json_build_object('name', p.name, 'email', p.email) ORDER BY p.created_at), '[]') FROM person p
          WHERE p.tenant_id = w.tenant_id AND p.role = 'owner' AND p.deleted_at IS NULL) AS owners,
        (SELECT count(*)::int FROM person p WHERE p.tenant_id = w.tenant_id AND p.role <> 'customer' AND p.status = 'active' AND p.deleted_at IS NULL) AS staff,
        (SELECT count(*)::int FROM person p WHERE p.tenant_id = w.tenant_id AND p.role = 'customer' AND p.deleted_at IS NULL) AS customers,
        (SELECT count(*)::int FROM ticket t WHERE t.tenant_id = w.tenant_id AND t.deleted_at IS NULL
          AND t.status IN ('created', 'assigned', 'in_progress', 'hold')) AS "openTickets",
        (SELECT coalesce(sum(a.size), 0)::float8 FROM attachment a WHERE a.tenant_id = w.tenant_id) AS "storedBytes",
        (SELECT max(t.updated_at) FROM ticket t WHERE t.tenant_id = w.tenant_id) AS "lastActivityAt",
        (SELECT json_build_object(
            'sent', count(*) FILTER (WHERE o.status IN ('sent', 'delivered')),
            'failed', count(*) FILTER (WHERE o.status IN ('failed', 'bounced', 'complained')),
            'unread', (SELECT count(*) FROM inbound_mail i WHERE i.tenant_id = w.tenant_id AND i.status = 'attention'),
            'failingMailboxes', (SELECT count(*) FROM mailbox b WHERE b.tenant_id = w.tenant_id AND b.deleted_at IS NULL
              AND (b.last_error IS NOT NULL OR b.last_send_error IS NOT NULL)),
            'lastError', (SELECT coalesce(b.last_error, b.last_send_error) FROM mailbox b WHERE b.tenant_id = w.tenant_id AND b.deleted_at IS NULL
              AND (b.last_error IS NOT NULL OR b.last_send_error IS NOT NULL) ORDER BY b.last_error_at DESC NULLS LAST LIMIT 1))
          FROM outbound_mail o WHERE o.tenant_id = w.tenant_id AND o.created_at >= ${week}) AS mail,
        (SELECT json_agg(json_build_object('from', s.at, 'tickets', (SELECT count(*) FROM ticket t
            WHERE t.tenant_id = w.tenant_id AND t.created_at >= s.at AND t.created_at < s.at + interval '7 days')) ORDER BY s.at)
          FROM generate_series(date_trunc('week', ${now}::timestamptz) - ${weeks - 1} * interval '7 days', date_trunc('week', ${now}::timestamptz), interval '7 days') AS s(at))
          AS weeks
      FROM workspace w WHERE w.tenant_id = ${tenantId}::uuid`,
    ),
  )
  return found ?? null
}
