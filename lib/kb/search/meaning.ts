import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { addressKey } from '../../core/ip-address'
import { rowsOf } from '../../db/rows'
import { type TenantRef, type TenantTx, withTenant } from '../../db/scope'
import { log } from '../../log/log'
import { embeddingModel, isRefusal } from '../../models/embeddings'
import type { Caller } from '../../procedure/context'
import { takeToken } from '../../procedure/rate-limit'

/** What somebody asks, as a model says it. */
export interface Meaning {
  model: string
  size: 384 | 768 | 1024 | 1536
  vector: readonly number[]
}

const timeoutMs = 800
/** A server that failed is left alone for so long: searches go on by words. */
const restMs = 30_000
const mostPerMinute = 60
const longest = 500

const store = globalThis as typeof globalThis & {
  __barazaMeanings?: { known: LRUCache<string, number[]>; restUntil: number; schemas: LRUCache<string, boolean> }
}
const state = () => {
  store.__barazaMeanings ??= { known: new LRUCache({ max: 2000 }), restUntil: 0, schemas: new LRUCache({ max: 1000, ttl: 60_000 }) }
  return store.__barazaMeanings
}
/** For tests, which share a process. */
export const forgetMeanings = () => {
  store.__barazaMeanings = undefined
}

/**
 * Asks the model what a query means, before a unit of work begins: nobody waits for a server with a connection in hand. Null where there is
 * no model or no pgvector, where one caller asks too often, and where the server does not answer at once: the search is then by words alone.
 */
export async function meaningOf(ref: TenantRef, caller: Pick<Caller, 'address'>, query: string): Promise<Meaning | null> {
  const model = embeddingModel()
  const text = query.normalize('NFC').trim().slice(0, longest)
  if (!model || text === '') return null
  const { id, size } = model
  const { known, schemas } = state()
  const key = `${id}\n${text}`
  const before = known.get(key)
  if (before) return { model: id, size, vector: before }
  const now = Date.now()
  if (state().restUntil > now) return null
  const isThere = schemas.get(ref.schemaName) ?? (await withTenant(ref, hasVectors))
  schemas.set(ref.schemaName, isThere)
  if (!isThere) return null
  const { allowed } = await takeToken(`meaning:${ref.id}:${addressKey(caller.address)}`, mostPerMinute, now)
  if (!allowed) return null
  try {
    const [vector] = (await model.embed([text], { timeoutMs, retries: 0 })) as [number[]]
    known.set(key, vector)
    return { model: id, size, vector }
  } catch (err) {
    // Who asks what it refuses takes it from nobody else.
    if (await isRefusal(err)) return null
    state().restUntil = now + restMs
    log().warn({ err, model: id }, 'what is looked for could not be embedded; searches go on by words')
    return null
  }
}

/** Whether the tables of this schema have columns for vectors. */
export async function hasVectors(tx: Pick<TenantTx, '$queryRaw'>): Promise<boolean> {
  const [row] = await rowsOf(
    z.object({ isThere: z.boolean() }),
    tx.$queryRaw`SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'kb_embedding'::regclass AND attname = 'v1536') AS "isThere"`,
  )
  return row?.isThere ?? false
}
