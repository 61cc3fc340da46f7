import { Prisma } from '../db/generated/tenant/client'

/**
 * Who of a mail does not have it, as a list of addresses: whom it missed, and whom it was not handed to.
 * Where `reached` does not name all who have it (lib/mail/transport.ts, `knowsWhoHasIt`), a provider took it for all at once; where nothing
 * came back from that by name, only those of an earlier time have it.
 * @param m the row of `outbound_mail` in the statement
 */
export const missingOf = (m: Prisma.Sql) => Prisma.sql`ARRAY(SELECT r.email FROM unnest(${m}.recipients) AS r(email)
  WHERE r.email = ANY(${m}.undelivered) OR r.email = ANY(${m}.withheld) OR (r.email <> ALL(${m}.reached)
    AND (${m}.provider IS NOT DISTINCT FROM 'smtp' OR (${m}.resends = 0 AND ${m}.reached <> '{}') OR ${m}.sent_at IS NULL OR ${m}.undelivered = '{}')))`

/** What there is to say of sending a mail once more: to whom it goes, and to whom of them it can't. */
export const againOf = (
  m: Prisma.Sql,
) => Prisma.sql`(SELECT json_build_object('resends', ${m}.resends, 'missing', w.missing, 'suppressed', ARRAY(
    SELECT s.email FROM suppressed_address s
    WHERE s.tenant_id = ${m}.tenant_id AND s.email = ANY(w.missing) AND (NOT ${m}.is_asked OR s.reason = 'manual')))
  FROM (SELECT CASE WHEN ${m}.status IN ('queued', 'failed', 'bounced') THEN ${missingOf(m)} ELSE '{}' END AS missing) w)`
