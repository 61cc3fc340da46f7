import { z } from 'zod'
import { rowsOf } from '../db/rows'
import { type TenantRef, withTenant } from '../db/scope'

export interface ChainReport {
  /** Events whose seal was checked. */
  checked: number
  /** The seal over the whole history, in hex. Kept elsewhere, it also shows that the newest events were cut off. */
  head: string
  /** Events that are not sealed yet: those of the last moments, while somebody seals. */
  unsealed: number
  /** The first thing that is wrong, or null. */
  problem: string | null
}

const batch = 5000

const sealedRow = z.object({ seq: z.bigint(), hash: z.instanceof(Uint8Array), isIntact: z.boolean() })

/**
 * Reads a tenant's history from its beginning and computes each seal again. An
 * event that was changed, removed or slipped in shows as the first bad place.
 */
export async function verifyChain(ref: TenantRef, onProgress?: (done: number, total: number) => void): Promise<ChainReport> {
  const [head, unsealed] = await withTenant(ref, async (tx) => [
    await tx.eventHead.findUnique({ where: { tenantId: ref.id } }),
    await tx.event.count({ where: { tenantId: ref.id, seq: null } }),
  ])
  if (!head) return { checked: 0, head: '', unsealed, problem: null }
  const total = Number(head.seq)
  const report = (checked: number, problem: string | null) => ({
    checked,
    head: Buffer.from(head.hash).toString('hex'),
    unsealed,
    problem,
  })
  let last: Uint8Array = Buffer.alloc(0)
  for (let done = 0; done < total; done += batch) {
    const upTo = Math.min(done + batch, total)
    const rows = await withTenant(ref, (tx) =>
      rowsOf(
        sealedRow,
        tx.$queryRaw`
        SELECT e.seq, e.hash, e.hash = event_seal(lag(e.hash, 1, ${last}::bytea) OVER (ORDER BY e.seq), e) AS "isIntact"
        FROM event e WHERE e.tenant_id = ${ref.id}::uuid AND e.seq > ${done} AND e.seq <= ${upTo} ORDER BY e.seq`,
      ),
    )
    let expected = done
    for (const row of rows) {
      expected++
      if (Number(row.seq) !== expected) return report(expected - 1, `event ${expected} is missing`) // not-words: for the operator
      if (!row.isIntact) return report(expected - 1, `event ${expected} is not what was sealed`) // not-words: for the operator
    }
    if (expected < upTo) return report(expected, `event ${expected + 1} is missing`) // not-words: for the operator
    last = rows.at(-1)?.hash ?? last
    onProgress?.(upTo, total)
  }
  // not-words: for the operator
  return report(total, Buffer.from(last).equals(Buffer.from(head.hash)) ? null : 'the newest event is not the one that was sealed last')
}
