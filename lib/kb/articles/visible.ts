import { type Actor, has } from '../../actor/actor'
import { Prisma } from '../../db/generated/tenant/client'
import { identifier } from '../../db/references'
import { type Audience, audiences } from './values'

/** The tables that carry `effective_audience`, by the alias that a statement gives them. */
type Alias = 'a' | 'c' | 't' | 'o'

/** Who reads: the audiences that an actor belongs to. Whoever came by the link in a mail about one request is as good as signed out. */
function audiencesOf(actor: Actor): readonly Audience[] {
  if (actor.kind === 'system') return audiences
  if (actor.kind !== 'person' || actor.onlyTicketId) return ['public']
  return has(actor, 'kb.view') ? audiences : ['public', 'customers']
}

/** The workspace of the unit of work: asked so, its setting is read once for a statement and not for each row. */
const ownTenant = Prisma.raw(`NULLIF(current_setting('app.tenant_id', true), '')::uuid`) // not-words: SQL

/** What is for an audience that the actor belongs to, of whatever table carries one: articles and categories. */
export function isFor(actor: Actor, alias: Alias): Prisma.Sql {
  const allowed = audiencesOf(actor)
  const table = identifier(alias)
  if (allowed.length === audiences.length) return Prisma.sql`TRUE`
  if (allowed.length === 2) return Prisma.sql`${table}.effective_audience <> 'agents'`
  return Prisma.sql`(${table}.effective_audience = 'public'
    AND (SELECT s.is_public FROM kb_settings s WHERE s.tenant_id = ${ownTenant}))`
}

/**
 * The articles that an actor may read, as a condition on `kb_article`: published, not deleted, and for them. What they may read of one
 * is `kb_article_version` with its `published_n`. Every door asks this: lists, pages, search, suggestions, counts.
 */
export const readableBy = (actor: Actor, alias: Alias = 'a'): Prisma.Sql =>
  Prisma.sql`(${identifier(alias)}.published_n IS NOT NULL AND ${identifier(alias)}.deleted_at IS NULL AND ${isFor(actor, alias)})`

/** The working copies that an actor may see: writers see all that is not hidden from them as readers. */
export const workingCopiesOf = (actor: Actor, alias: Alias = 'a'): Prisma.Sql =>
  has(actor, 'kb.write') || has(actor, 'kb.publish') || has(actor, 'kb.manage')
    ? Prisma.sql`(${identifier(alias)}.deleted_at IS NULL AND ${isFor(actor, alias)})`
    : Prisma.sql`FALSE`
