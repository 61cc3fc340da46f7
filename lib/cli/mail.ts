import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { mailboxPresets } from '../channels/email/mailboxes/schema'
import { say } from '../text/say'
import { english } from '../text/translator'
import { print } from './output'
import { perform } from './server-socket'

/** What takes a message in, and decides it again. */
export function addMailCommands(program: Command) {
  program
    .command('mail:deliver')
    .description('deliver a raw message (RFC 5322) as if it had come in by mail')
    .argument('<file>')
    .requiredOption('--to <address>', 'the recipient, for example support@acme.localhost')
    .option('--json')
    .action(async (file: string, options: { to: string; json?: boolean }) => {
      const receipt = await perform('deliver', { to: options.to, raw: await readFile(file) })
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
      if (id && !options.tenant) throw new Error('Say with --tenant whose email it is.')
      const isRefreshed = options.refresh ?? false
      const { count, differing } = await perform('replay', { id, isRefreshed, tenant: options.tenant })
      const lines = differing.map(({ tenant, id: mail, before, after, changes }) =>
        [
          `✗ ${tenant} ${mail}: ${before ?? 'no decision'} → ${after}`,
          ...changes.map((change) => `  ${change.step}: ${change.before ?? '-'} → ${change.after ?? '-'}`),
        ].join('\n'),
      )
      print({ count, differing }, options.json, [...lines, `${count} emails, ${differing.length} decided otherwise`].join('\n'))
      // With new facts another decision is what was asked for.
      if (differing.length > 0 && !isRefreshed) process.exitCode = 1
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
      const reports = await perform('emails', { tenant: options.tenant, isFetched: options.sync ?? false })
      const lines = reports.flatMap(({ tenant, address, provider, access, state, lastFetchedAt, messages, isSkipped, error }) => {
        const by = provider === 'imap' ? '' : ` (${provider}${access === 'api' ? ', its own interface' : ''})`
        const brought = messages === undefined ? state : isSkipped ? 'is being fetched already' : `${messages} new`
        const when = messages === undefined && lastFetchedAt ? `, last fetched ${lastFetchedAt.toISOString()}` : ''
        const line = `${error ? '✗' : '✓'} ${tenant} ${address}${by}: ${brought}${when}`
        return error ? [line, `  ${say(error, english)}`] : [line]
      })
      print(reports, options.json, lines.join('\n') || 'There are no mailboxes.')
      if (reports.some(({ error }) => error)) process.exitCode = 1
    })

  program
    .command('imap-settings')
    .description('set the servers of mailboxes with a known provider to what the provider names today')
    .option('--dry-run', 'say what would change, and change nothing')
    .option('--provider <name>', 'only mailboxes of this provider: hostinger, gmail, outlook or yahoo')
    .option('--tenant <id>', 'only this workspace, by its id or its slug')
    .option('--json')
    .action(async (options: { dryRun?: boolean; provider?: string; tenant?: string; json?: boolean }) => {
      const preset = mailboxPresets.find((name) => name === options.provider)
      if (options.provider && (!preset || preset === 'generic')) throw new Error('Choose a provider: hostinger, gmail, outlook or yahoo.')
      const reports = await perform('imapSettings', { preset, tenant: options.tenant, isDry: options.dryRun ?? false })
      const lines = reports.map(({ tenant, address, before, after }) => `${tenant} ${address}: ${before} → ${after}`)
      print(reports, options.json, lines.join('\n') || 'All servers are as their providers name them.')
    })

  program
    .command('credentials:rotate')
    .description('encrypt stored passwords and tokens again with the newest of CREDENTIALS_KEYS')
    .option('--tenant <slug>', 'only this workspace')
    .option('--json')
    .action(async (options: { tenant?: string; json?: boolean }) => {
      const reports = await perform('rotate', { tenant: options.tenant })
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
