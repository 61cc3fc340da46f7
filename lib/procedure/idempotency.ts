import { createHmac } from 'node:crypto'
import type { Actor } from '../actor/actor'
import { invalid } from '../core/errors'
import { Prisma } from '../db/generated/tenant/client'
import type { TenantTx } from '../db/scope'
import { secretFor } from '../secrets'
import type { Caller, ProcedureMeta } from './context'

const keyPattern = /^[\x21-\x7e]{1,200}$/

export interface Claim {
  tenantId: string
  actorId: string
  key: string
  procedure: string
  requestHash: string
}

/**
 * The same for inputs that mean the same, whatever the order of their fields. An input may be a password, so nobody who reads the
 * database can tell by the hash whether they guessed it.
 */
export const hashInput = (input: unknown): string => createHmac('sha256', secretFor('idempotency')).update(canonical(input)).digest('hex')

function canonical(value: unknown): string {
  if (value instanceof Date) return JSON.stringify(value)
  // A file's bytes are not read for this; its name and size tell it from another.
  if (value instanceof File) return canonical([value.name, value.size, value.type])
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (value && typeof value === 'object')
    return `{${Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`)
      .join()}}`
  return JSON.stringify(value) ?? 'null'
}

/** What the caller claims for its request; null for what is not asked to be done once. */
export function claimOf(
  caller: Caller,
  meta: ProcedureMeta,
  path: readonly string[],
  input: unknown,
  tenantId: string,
  actor: Actor,
): Claim | null {
  const key = caller.method === 'POST' ? caller.headers.get('idempotency-key') : null
  if (key === null || caller.kind === 'inside' || meta.showsSecret) return null
  if (!keyPattern.test(key)) throw invalid({ 'Idempotency-Key': ['idempotency.characters'] })
  // The key of a form is our own, made of what it says: it may come again from another network.
  const stranger = caller.kind === 'action' ? 'anonymous' : `anonymous:${caller.address ?? ''}`
  const actorId = actor.kind === 'person' ? actor.id : stranger
  return { tenantId, actorId, key, procedure: path.join('.'), requestHash: hashInput(input) }
}

/**
 * Claims the key for this request, in its own unit of work. A second request
 * with the key waits for the first to commit, then gets the first one's answer.
 * @returns null when the key is new
 * @throws INVALID when the key was used for another request
 */
export async function claimKey(tx: TenantTx, claim: Claim): Promise<{ response: unknown } | null> {
  const claimed = await tx.$executeRaw`
    INSERT INTO idempotency_key (tenant_id, actor_id, key, procedure, request_hash)
    VALUES (${claim.tenantId}::uuid, ${claim.actorId}, ${claim.key}, ${claim.procedure}, ${claim.requestHash})
    ON CONFLICT DO NOTHING`
  return claimed === 1 ? null : answerOf(tx, claim)
}

/**
 * The answer of the request that had the key first; null while there is none.
 * @throws INVALID when the key was used for another request
 */
export async function answerOf(tx: TenantTx, claim: Claim): Promise<{ response: unknown } | null> {
  const { tenantId, actorId, key } = claim
  const first = await tx.idempotencyKey.findUnique({ where: { tenantId_actorId_key: { tenantId, actorId, key } } })
  if (!first) return null
  if (first.procedure !== claim.procedure || first.requestHash !== claim.requestHash)
    throw invalid({ 'Idempotency-Key': ['idempotency.reused'] })
  return { response: first.response }
}

/** The statement that its unit of work ends with. */
export const keepingResponse = ({ tenantId, actorId, key }: Claim, response: unknown): Prisma.Sql => Prisma.sql`
    UPDATE idempotency_key SET response = ${JSON.stringify(response ?? null)}::jsonb
    WHERE tenant_id = ${tenantId}::uuid AND actor_id = ${actorId} AND key = ${key}`
