import { z } from 'zod'
import { newId } from '../../../core/id'
import { rowsOf } from '../../../db/rows'
import { type TenantRef, type TenantTx, withTenant } from '../../../db/scope'
import { MailboxError } from '../../../mail/connection-errors'
import type { ResolvedTenant } from '../../../tenancy/resolve'

/** How long a mailbox stays with a process that says nothing more of it. */
const leaseSeconds = 120

/** That one process has a mailbox to itself. The database's clock decides, not that of a server. */
export interface Lease {
  readonly id: string
  /** @returns false when another process has the mailbox by now, or it was deleted */
  renew(): Promise<boolean>
  /** Keeps the mailbox from being taken until the transaction ends. @throws when somebody took it before */
  hold(tx: TenantTx): Promise<void>
  end(): Promise<void>
}

/** @returns null while another process has it, and for one that is not there, fetches nothing, or was revoked */
export async function leaseMailbox({ ref }: ResolvedTenant, mailboxId: string): Promise<Lease | null> {
  const id = newId()
  const taken = await withTenant(
    ref,
    (tx) => tx.$executeRaw`
      UPDATE mailbox SET lease_id = ${id}::uuid, leased_until = now() + make_interval(secs => ${leaseSeconds})
      WHERE tenant_id = ${ref.id}::uuid AND id = ${mailboxId}::uuid AND deleted_at IS NULL AND is_incoming AND state <> 'revoked'
        AND (leased_until IS NULL OR leased_until <= now())`,
  )
  if (taken === 0) return null
  return {
    id,
    renew: async () =>
      (await withTenant(
        ref,
        (tx) => tx.$executeRaw`
          UPDATE mailbox SET leased_until = now() + make_interval(secs => ${leaseSeconds})
          WHERE tenant_id = ${ref.id}::uuid AND id = ${mailboxId}::uuid AND lease_id = ${id}::uuid AND deleted_at IS NULL AND is_incoming`,
      )) > 0,
    async hold(tx) {
      const held = await tx.$queryRaw<unknown[]>`
        SELECT 1 FROM mailbox WHERE tenant_id = ${ref.id}::uuid AND id = ${mailboxId}::uuid AND lease_id = ${id}::uuid FOR SHARE`
      if (held.length === 0) throw new MailboxError('mailboxes.gone')
    },
    async end() {
      await withTenant(
        ref,
        (tx) => tx.$executeRaw`
          UPDATE mailbox SET lease_id = NULL, leased_until = NULL
          WHERE tenant_id = ${ref.id}::uuid AND id = ${mailboxId}::uuid AND lease_id = ${id}::uuid`,
      )
    },
  }
}

/** How long a mailbox stays with a process that listens to it and says nothing more. */
const idleSeconds = 90

/** @returns false while another process listens, and for a mailbox that is not there, fetches nothing by IMAP, or was revoked */
export async function takeIdle(ref: TenantRef, mailboxId: string, processId: string): Promise<boolean> {
  const taken = await withTenant(
    ref,
    (tx) => tx.$executeRaw`
      UPDATE mailbox SET idle_id = ${processId}::uuid, idle_until = now() + make_interval(secs => ${idleSeconds})
      WHERE tenant_id = ${ref.id}::uuid AND id = ${mailboxId}::uuid AND deleted_at IS NULL AND is_incoming AND NOT uses_api
        AND state <> 'revoked' AND (idle_until IS NULL OR idle_until <= now())`,
  )
  return taken > 0
}

const renewed = z.object({ id: z.string(), version: z.number().int() })

/** @returns those of them that are still this process's to listen to, with their versions */
export async function renewIdle(ref: TenantRef, mailboxIds: string[], processId: string): Promise<Map<string, number>> {
  const rows = await withTenant(ref, (tx) =>
    rowsOf(
      renewed,
      tx.$queryRaw`
        UPDATE mailbox SET idle_until = now() + make_interval(secs => ${idleSeconds})
        WHERE tenant_id = ${ref.id}::uuid AND id = ANY (${mailboxIds}::uuid[]) AND idle_id = ${processId}::uuid AND deleted_at IS NULL
          AND is_incoming AND NOT uses_api AND state <> 'revoked'
        RETURNING id::text, version`,
    ),
  )
  return new Map(rows.map(({ id, version }) => [id, version]))
}

export const freeIdle = (ref: TenantRef, mailboxId: string, processId: string) =>
  withTenant(
    ref,
    (tx) => tx.$executeRaw`
      UPDATE mailbox SET idle_id = NULL, idle_until = NULL
      WHERE tenant_id = ${ref.id}::uuid AND id = ${mailboxId}::uuid AND idle_id = ${processId}::uuid`,
  )
