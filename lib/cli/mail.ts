import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { readReceipt, receiveMail, tenantOfRecipient } from '../channels/email/receive'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { print } from './output'
import { tenantsCalled, tenantsNamed } from './tenants'

/** What takes a message in, and decides it again. */
export function addMailCommands(program: Command) {
  program
    .command('mail:deliver')
    .description('deliver a raw message (RFC 5322) as if it had come in by mail')
    .argument('<file>')
    .requiredOption('--to <address>', 'the recipient, for example support@acme.localhost')
    .option('--json')
    .action(async (file: string, options: { to: string; json?: boolean }) => {
      const tenant = await tenantOfRecipient(options.to)
      if (!tenant) throw new Error(`No desk receives mail at ${options.to}.`)
      const { id } = await receiveMail(tenant, { recipient: options.to, provider: 'file', raw: await readFile(file) }, newId())
      const { wakeRelay } = await import('../events/wake')
      wakeRelay(tenant.ref)
      await drainBackground()
      const receipt = await readReceipt(tenant, id)
      print(receipt, options.json, `${receipt.status}${receipt.reason ? `: ${receipt.reason}` : ''} ${receipt.ticketId ?? ''}`.trim())
    })

  program
    .command('mail:replay')
    .description('decide emails again from the facts stored with them, and say where another decision would come of it; nothing is done')
    .argument('[id]', 'one email; all of them without it')
    .option('--refresh', 'look the facts up anew')
    .option('--tenant <slug>', 'only this desk')
    .option('--json')
    .action(async (id: string | undefined, options: { refresh?: boolean; tenant?: string; json?: boolean }) => {
      const { replay, replayAll } = await import('../channels/email/replay')
      const { findTenant } = await import('../tenancy/resolve')
      if (id && !options.tenant) throw new Error('Say with --tenant whose email it is.')
      const isRefreshed = options.refresh ?? false
      const reports: (Awaited<ReturnType<typeof replay>> & { tenant: string })[] = []
      let count = 0
      for (const { slug, ref } of await tenantsCalled(options.tenant)) {
        const tenant = await findTenant({ id: ref.id })
        if (!tenant) continue
        for await (const report of id ? [await replay(tenant, id, isRefreshed)] : replayAll(tenant, isRefreshed)) {
          count++
          if (!report.isSame) reports.push({ tenant: slug, ...report })
        }
      }
      const lines = reports.map(({ tenant, id: mail, before, after, changes }) =>
        [
          `✗ ${tenant} ${mail}: ${before ?? 'no decision'} → ${after}`,
          ...changes.map((change) => `  ${change.step}: ${change.before ?? '-'} → ${change.after ?? '-'}`),
        ].join('\n'),
      )
      print({ count, differing: reports }, options.json, [...lines, `${count} emails, ${reports.length} decided otherwise`].join('\n'))
      // With new facts another decision is what was asked for.
      if (reports.length > 0 && !isRefreshed) process.exitCode = 1
    })
}

/** What looks after mailboxes and their credentials. */
export function addMailboxCommands(program: Command) {
  program
    .command('emails')
    .description('list the mailboxes of each workspace and how they stand')
    .option('--tenant <id>', 'only this workspace, by its id or its slug')
    .option('--sync', 'fetch them now')
    .option('--json')
    .action(async (options: { tenant?: string; sync?: boolean; json?: boolean }) => {
      const { listAccounts } = await import('../channels/email/mailboxes/account')
      const { fetchMailbox } = await import('../channels/email/mailboxes/fetch')
      const { english } = await import('../text/translator')
      const { say } = await import('../text/say')
      const reports: object[] = []
      const lines: string[] = []
      let isBad = false
      for (const tenant of await tenantsNamed(options.tenant))
        for (const mailbox of await listAccounts(tenant)) {
          const { address, provider, usesApi, state, lastFetchedAt } = mailbox
          const by = provider === 'imap' ? '' : ` (${provider}${usesApi ? ', its own interface' : ''})`
          const fetched = options.sync && mailbox.isIncoming ? await fetchMailbox(tenant, mailbox.id, 'request') : null
          const error = fetched ? fetched.error : mailbox.lastError
          const brought = fetched ? (fetched.isSkipped ? 'is being fetched already' : `${fetched.messages} new`) : state
          const when = lastFetchedAt ? `, last fetched ${lastFetchedAt.toISOString()}` : ''
          isBad ||= Boolean(error)
          reports.push({
            tenant: tenant.ref.slug,
            address,
            provider,
            access: usesApi ? 'api' : 'imap',
            state,
            lastFetchedAt,
            messages: fetched?.messages,
            error,
          })
          lines.push(`${error ? '✗' : '✓'} ${tenant.ref.slug} ${address}${by}: ${brought}${fetched ? '' : when}`)
          if (error) lines.push(`  ${say(error, english)}`)
        }
      print(reports, options.json, lines.join('\n') || 'There are no mailboxes.')
      if (isBad) process.exitCode = 1
    })

  program
    .command('imap-settings')
    .description('set the servers of mailboxes with a known provider to what the provider names today')
    .option('--dry-run', 'say what would change, and change nothing')
    .option('--provider <name>', 'only mailboxes of this provider: hostinger, gmail, outlook or yahoo')
    .option('--tenant <id>', 'only this workspace, by its id or its slug')
    .option('--json')
    .action(async (options: { dryRun?: boolean; provider?: string; tenant?: string; json?: boolean }) => {
      const { refreshServers } = await import('../channels/email/mailboxes/preset')
      const { mailboxPresets } = await import('../channels/email/mailboxes/schema')
      const preset = mailboxPresets.find((name) => name === options.provider)
      if (options.provider && (!preset || preset === 'generic')) throw new Error('Choose a provider: hostinger, gmail, outlook or yahoo.')
      const reports: { tenant: string; address: string; before: string; after: string }[] = []
      for (const tenant of await tenantsNamed(options.tenant))
        for (const change of await refreshServers(tenant, { preset, isDry: options.dryRun ?? false }))
          reports.push({ tenant: tenant.ref.slug, ...change })
      const lines = reports.map(({ tenant, address, before, after }) => `${tenant} ${address}: ${before} → ${after}`)
      print(reports, options.json, lines.join('\n') || 'All servers are as their providers name them.')
    })

  program
    .command('credentials:rotate')
    .description('encrypt stored passwords and tokens again with the newest of CREDENTIALS_KEYS')
    .option('--tenant <slug>', 'only this workspace')
    .option('--json')
    .action(async (options: { tenant?: string; json?: boolean }) => {
      const { rotateCredentials } = await import('../mail/credentials')
      const reports: (Awaited<ReturnType<typeof rotateCredentials>> & { tenant: string })[] = []
      for (const { slug, ref } of await tenantsCalled(options.tenant)) reports.push({ tenant: slug, ...(await rotateCredentials(ref)) })
      const lines = reports.map(({ tenant, rotated, current, unreadable }) =>
        [
          `${unreadable.length > 0 ? '✗' : '✓'} ${tenant}: ${rotated} encrypted again, ${current} were current`,
          ...unreadable.map(({ id, field }) => `  no key opens ${field} of mailbox ${id}; enter it again in Settings, Mailboxes`),
        ].join('\n'),
      )
      print(reports, options.json, lines.join('\n'))
      if (reports.some(({ unreadable }) => unreadable.length > 0)) process.exitCode = 1
    })
}
