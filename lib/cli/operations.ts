import { setTimeout as pause } from 'node:timers/promises'
import { type ChainReport, verifyChain } from '../audit/chain'
import { listAccounts } from '../channels/email/mailboxes/account'
import { fetchMailbox } from '../channels/email/mailboxes/fetch'
import { refreshServers } from '../channels/email/mailboxes/preset'
import { readReceipt, receiveMail, tenantOfRecipient } from '../channels/email/receive'
import { replay, replayAll } from '../channels/email/replay'
import type { Replay } from '../channels/email/schema'
import { newId } from '../core/id'
import type { MailboxPreset } from '../db/generated/tenant/client'
import { withTenant } from '../db/scope'
import { wakeRelay } from '../events/wake'
import { entriesOf, openArchive } from '../kb/import/import-archive'
import { importArchive } from '../kb/import/import-articles'
import type { ImportKind } from '../kb/import/values'
import { embedArticles } from '../kb/search/embeddings'
import { rotateCredentials } from '../mail/credentials'
import { embeddingModel } from '../models/embeddings'
import { listPassed, sweepDesk } from '../sla/sweep'
import { findTenant } from '../tenancy/resolve'
import { tenantsCalled, tenantsNamed } from './tenants'

export type Step = (tenant: string, done: number, total: number) => void

const longestMs = 60_000

/** A file that a command was given; a single one may be a zip. */
export interface GivenFile {
  path: string
  bytes: Uint8Array
}

/** What commands ask of the database; which process does it is not theirs to know. */
export const operations = {
  async deliver({ to, raw }: { to: string; raw: Uint8Array }) {
    const tenant = await tenantOfRecipient(to)
    if (!tenant) throw new Error(`No workspace receives mail at ${to}.`)
    const { id } = await receiveMail(tenant, { recipient: to, provider: 'file', raw }, newId())
    wakeRelay(tenant.ref)
    const until = Date.now() + longestMs
    for (;;) {
      const receipt = await readReceipt(tenant, id)
      if (receipt.status !== 'received' || Date.now() > until) return receipt
      await pause(50)
    }
  },

  async replay({ id, isRefreshed, tenant: slug }: { id?: string; isRefreshed: boolean; tenant?: string }) {
    const differing: (Replay & { tenant: string })[] = []
    let count = 0
    for (const tenant of await tenantsNamed(slug))
      for await (const report of id ? [await replay(tenant, id, isRefreshed)] : replayAll(tenant, isRefreshed)) {
        count++
        if (!report.isSame) differing.push({ tenant: tenant.ref.slug, ...report })
      }
    return { count, differing }
  },

  async emails({ tenant: name, isFetched }: { tenant?: string; isFetched: boolean }) {
    const reports = []
    for (const tenant of await tenantsNamed(name))
      for (const { id, address, provider, usesApi, state, isIncoming, lastError, lastFetchedAt } of await listAccounts(tenant)) {
        const fetched = isFetched && isIncoming ? await fetchMailbox(tenant, id, 'request') : null
        const error = fetched ? fetched.error : lastError
        reports.push({
          tenant: tenant.ref.slug,
          address,
          provider,
          access: usesApi ? ('api' as const) : ('imap' as const),
          state,
          lastFetchedAt,
          messages: fetched?.messages,
          isSkipped: fetched?.isSkipped,
          error,
        })
      }
    return reports
  },

  async imapSettings({ preset, tenant: name, isDry }: { preset?: MailboxPreset; tenant?: string; isDry: boolean }) {
    const reports = []
    for (const tenant of await tenantsNamed(name))
      for (const change of await refreshServers(tenant, { preset, isDry })) reports.push({ tenant: tenant.ref.slug, ...change })
    return reports
  },

  async rotate({ tenant }: { tenant?: string }) {
    const reports = []
    for (const { slug, ref } of await tenantsCalled(tenant)) reports.push({ tenant: slug, ...(await rotateCredentials(ref)) })
    return reports
  },

  async sla({ tenant: name, isDry }: { tenant?: string; isDry: boolean }) {
    const reports: { tenant: string; tickets: number; passed?: Awaited<ReturnType<typeof listPassed>> }[] = []
    for (const { slug, ref } of await tenantsCalled(name)) {
      const tenant = await findTenant({ id: ref.id })
      if (tenant?.status !== 'active') continue
      const passed = isDry ? await listPassed(tenant) : undefined
      reports.push({ tenant: slug, tickets: passed ? passed.length : await sweepDesk(tenant), passed })
    }
    return reports
  },

  async kbImport(
    {
      tenant: name,
      author,
      isDry,
      kind,
      files,
    }: { tenant: string; author?: string; isDry: boolean; kind?: ImportKind; files: GivenFile[] },
    step?: Step,
  ) {
    const [tenant] = await tenantsNamed(name)
    if (!tenant) throw new Error(`There is no workspace ${name}.`)
    const where = { tenantId: tenant.ref.id, email: author?.toLowerCase(), role: { not: 'customer' as const }, deletedAt: null }
    const person = author ? await withTenant(tenant.ref, (tx) => tx.person.findFirst({ where, select: { id: true } })) : null
    if (author && !person) throw new Error(`Nobody of the team has the address ${author}.`)
    const onStep = step && ((done: number, total: number) => step(tenant.ref.slug, done, total))
    const [only] = files
    const entries =
      files.length === 1 && only
        ? await entriesOf(only.path, only.bytes)
        : files.map(({ path, bytes }) => ({ path, read: async () => bytes }))
    const importer = { tenant, actor: { kind: 'system', name: 'kb-import' } as const, authorId: person?.id }
    return importArchive(importer, await openArchive(entries, kind), { isDry, onStep })
  },

  async kbEmbeddings({ tenant: name, isAll }: { tenant?: string; isAll: boolean }, step?: Step) {
    const model = embeddingModel()
    if (!model) throw new Error('There is no model: set EMBEDDINGS_URL.')
    const reports: { tenant: string; articles: number }[] = []
    for (const { ref } of await tenantsNamed(name)) {
      const onProgress = step && ((done: number, total: number) => step(ref.slug, done, total))
      reports.push({ tenant: ref.slug, articles: await embedArticles(ref, model, { isAll, onProgress }) })
    }
    return { model: model.id, reports }
  },

  async verify({ tenant }: { tenant?: string }, step?: Step) {
    const reports: (ChainReport & { tenant: string })[] = []
    for (const { slug, ref } of await tenantsCalled(tenant))
      reports.push({ tenant: slug, ...(await verifyChain(ref, step && ((done, total) => step(slug, done, total)))) })
    return reports
  },
}
