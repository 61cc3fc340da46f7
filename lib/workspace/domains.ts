import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { invalid, notFound } from '../core/errors'
import { newId } from '../core/id'
import { msg } from '../core/message'
import { instant } from '../core/page'
import { ok } from '../core/schema'
import { rowsOf } from '../db/rows'
import { afterCommit } from '../db/scope'
import { env } from '../env'
import type { EventPayload } from '../events/event-types'
import { defineSubscriber } from '../events/subscriber'
import type { Work } from '../events/work'
import { adminProcedure } from '../procedure/builders'
import { wordsFor } from '../procedure/words'
import { isRootHost, normalizeHost } from '../tenancy/host'
import { forgetAllHosts } from '../tenancy/resolve'
import { say } from '../text/say'
import type { Translator } from '../text/translator'
import { findingOf, findings, type Proof, proveDomain, verificationName, verificationTarget } from './domain-verification'

const domainRow = z.object({
  id: z.uuid(),
  hostname: z.string(),
  token: z.string(),
  status: z.enum(['pending', 'verified', 'failed']),
  isPrimary: z.boolean(),
  checkedAt: instant.nullable(),
  verifiedAt: instant.nullable(),
  lastError: z.string().nullable(),
})

const domainOutput = domainRow.extend({
  /** What kind of problem `lastError` is. */
  finding: z.enum(findings).nullable(),
  /** Leads visitors of the name here. */
  pointing: z.object({ type: z.literal('CNAME'), name: z.string(), value: z.string() }),
  /** Proves who holds it; either record is enough. */
  records: z.array(z.object({ type: z.enum(['TXT', 'CNAME']), name: z.string(), value: z.string() })),
})
export type DomainOutput = z.output<typeof domainOutput>

const hostnameInput = z
  .string()
  .trim()
  .transform((value, context) => {
    const host = normalizeHost(value)
    const isOurs = host !== null && (isRootHost(host, env().ROOT_DOMAIN) || host.endsWith(`.${env().ROOT_DOMAIN}`))
    if (host?.includes('.') && !isOurs) return host
    context.addIssue(msg(isOurs ? 'domains.ours' : 'domains.hostname'))
    return z.NEVER
  })

const storedDomain = domainRow.extend({ isTaken: z.boolean() })

/** A claim on what another tenant has proven meanwhile has failed, whenever it was checked last. */
const withRecords = ({ isTaken, ...row }: z.infer<typeof storedDomain>, slug: string): DomainOutput => ({
  ...row,
  finding: row.lastError === null ? null : findingOf(row.lastError),
  ...(isTaken ? { status: 'failed' as const, lastError: 'domains.taken', finding: 'taken' as const } : {}),
  pointing: { type: 'CNAME', name: row.hostname, value: `${slug}.${env().ROOT_DOMAIN}` },
  records: [
    { type: 'TXT', name: verificationName(row.hostname), value: row.token },
    { type: 'CNAME', name: verificationName(row.hostname), value: verificationTarget(row.token) },
  ],
})

/** The table is the platform's; row-level security shows a tenant its own rows (see secure.sql). */
async function readDomains({ tx, tenant }: Work, id?: string): Promise<DomainOutput[]> {
  const rows = await tx.$queryRaw`
    SELECT id::text, hostname, token, status::text, is_primary AS "isPrimary", checked_at AS "checkedAt",
      verified_at AS "verifiedAt", last_error AS "lastError",
      status <> 'verified' AND platform.domain_is_taken(hostname) AS "isTaken"
    FROM platform.domain WHERE ${id ?? null}::uuid IS NULL OR id = ${id ?? null}::uuid ORDER BY created_at LIMIT 100`
  return z
    .array(storedDomain)
    .parse(rows)
    .map((row) => withRecords(row, tenant.ref.slug))
}

async function loadDomain(work: Work, id: string): Promise<DomainOutput> {
  const [domain] = await readDomains(work, id)
  if (!domain) throw notFound('domain')
  return domain
}

const inWords = (domain: DomainOutput, t: Translator): DomainOutput => ({
  ...domain,
  lastError: domain.lastError && say(domain.lastError, t),
})

export const listDomains = adminProcedure
  .meta({ permission: 'domain.manage' })
  .route({ method: 'GET', path: '/domains', tags: ['Domains'], summary: 'List custom domains' })
  .output(z.object({ items: z.array(domainOutput) }))
  .handler(async ({ context }) => {
    const t = await wordsFor(context.caller)
    return { items: (await readDomains(context)).map((domain) => inWords(domain, t)) }
  })

export const getDomain = adminProcedure
  .meta({ permission: 'domain.manage' })
  .route({ method: 'GET', path: '/domains/{id}', tags: ['Domains'], summary: 'Read one domain' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(domainOutput)
  .handler(async ({ context, input }) => inWords(await loadDomain(context, input.id), await wordsFor(context.caller)))

export const getVerificationStatus = adminProcedure
  .meta({ permission: 'domain.manage' })
  .route({
    method: 'GET',
    path: '/domains/{id}/verification-status',
    tags: ['Domains'],
    summary: 'Read the result of the last domain check',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(domainOutput.pick({ id: true, status: true, checkedAt: true, verifiedAt: true, lastError: true, finding: true }))
  .handler(async ({ context, input }) => inWords(await loadDomain(context, input.id), await wordsFor(context.caller)))

export const addDomain = adminProcedure
  .meta({ permission: 'domain.manage' })
  .route({
    method: 'POST',
    path: '/domains',
    tags: ['Domains'],
    summary: 'Add a domain; it works once it is verified',
    successStatus: 201,
  })
  .input(z.strictObject({ hostname: hostnameInput }))
  .output(domainOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, now, emit } = context
    const id = newId()
    // A label of the DNS, where letters have no case.
    const token = randomBytes(24).toString('hex')
    const [taken] = await rowsOf(z.object({ is: z.boolean() }), tx.$queryRaw`SELECT platform.domain_is_taken(${input.hostname}) AS "is"`)
    if (taken?.is) throw invalid({ hostname: ['domains.taken'] })
    const added = await tx.$executeRaw`
      INSERT INTO platform.domain (id, tenant_id, hostname, token, created_at)
      VALUES (${id}::uuid, ${tenant.ref.id}::uuid, ${input.hostname}, ${token}, ${now}) ON CONFLICT (tenant_id, hostname) DO NOTHING`
    if (added === 0) throw invalid({ hostname: ['domains.added'] })
    emit('domain.added', { hostname: input.hostname }, { subjectId: id })
    return loadDomain(context, id)
  })

export const verifyDomain = adminProcedure
  .meta({ permission: 'domain.manage', limit: 'outside' })
  .route({ method: 'POST', path: '/domains/{id}/verify', tags: ['Domains'], summary: 'Check the DNS records now', successStatus: 202 })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const { hostname, token } = await loadDomain(context, input.id)
    context.emit('domain.check_requested', { hostname, token }, { subjectId: input.id })
    return { ok: true as const }
  })

export const choosePrimaryDomain = adminProcedure
  .meta({ permission: 'domain.manage' })
  .route({
    method: 'POST',
    path: '/domains/{id}/primary',
    tags: ['Domains'],
    summary: 'Choose the domain that links in emails lead to, or lead them to the subdomain again',
  })
  .input(z.strictObject({ id: z.uuid(), isPrimary: z.boolean().default(true) }))
  .output(domainOutput)
  .handler(async ({ context, input: { id, isPrimary } }) => {
    const { tx } = context
    // Two admins who choose at once come one after the other. Row-level security leaves the rows of this workspace.
    await tx.$queryRaw`SELECT id::text FROM platform.domain ORDER BY id FOR UPDATE`
    const { hostname, status, lastError } = await loadDomain(context, id)
    if (isPrimary && (status !== 'verified' || lastError)) throw invalid({ id: ['domains.notVerified'] })
    await tx.$executeRaw`UPDATE platform.domain SET is_primary = false WHERE is_primary AND NOT (id = ${id}::uuid AND ${isPrimary})`
    if (isPrimary) await tx.$executeRaw`UPDATE platform.domain SET is_primary = true WHERE id = ${id}::uuid AND NOT is_primary`
    context.emit('domain.primary_chosen', { hostname, isPrimary }, { subjectId: id })
    afterCommit(forgetAllHosts)
    return inWords(await loadDomain(context, id), await wordsFor(context.caller))
  })

export const removeDomain = adminProcedure
  .meta({ permission: 'domain.manage' })
  .route({ method: 'DELETE', path: '/domains/{id}', tags: ['Domains'], summary: 'Delete a domain' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const { hostname } = await loadDomain(context, input.id)
    await context.tx.$executeRaw`DELETE FROM platform.domain WHERE id = ${input.id}::uuid`
    context.emit('domain.removed', { hostname }, { subjectId: input.id })
    afterCommit(forgetAllHosts)
    return { ok: true as const }
  })

/** @returns false when another tenant proved the name first */
async function claimProven({ tx, now }: Work, id: string): Promise<boolean> {
  const rows = await rowsOf(
    z.object({ isFirst: z.boolean() }),
    tx.$queryRaw`SELECT platform.prove_domain(${id}::uuid, ${now}) AS "isFirst"`,
  )
  return rows[0]?.isFirst ?? false
}

/** Asks the DNS outside any transaction, then records what it said. */
export const checkDomain = defineSubscriber<Proof>(
  'domain.check',
  {
    'domain.check_requested': async (work, event, proof) => {
      const [domain] = await readDomains(work, event.subjectId as string)
      if (!domain) return // removed meanwhile
      const wasProven = domain.status === 'verified'
      const isFirst = proof.isProven && (await claimProven(work, domain.id))
      // What was proven once stays with whoever proved it: a record that is gone hands it to nobody.
      const status = isFirst || wasProven ? 'verified' : 'failed'
      const isSilent = !proof.isProven && !proof.isGone
      // Silence says nothing of what was proven before.
      const error = proof.isProven && !isFirst ? 'domains.taken' : wasProven && isSilent ? domain.lastError : proof.error
      await work.tx.$executeRaw`
        UPDATE platform.domain SET status = ${status}::platform."DomainStatus", checked_at = ${work.now}, last_error = ${error}
        WHERE id = ${domain.id}::uuid`
      const isLost = wasProven && error !== null && domain.lastError === null
      const { id, hostname, status: before } = domain
      work.emit('domain.checked', { hostname, before, status, error, ...(isLost ? { isLost } : {}) }, { subjectId: id })
      afterCommit(forgetAllHosts)
    },
  },
  ({ event }) => proveDomain(event.payload as EventPayload<'domain.check_requested'>),
)
