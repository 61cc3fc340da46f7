import { readFile, rm } from 'node:fs/promises'
import { SingleBar } from 'cli-progress'
import { Command } from 'commander'
import { prettifyError, z } from 'zod'
import type { ChainReport } from '../audit/chain'
import { readReceipt, receiveMail, tenantOfRecipient } from '../channels/email/receive'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { closeConnection } from '../db/connection'
import { stopListening } from '../db/notify'
import { withPlatform } from '../db/scope'
import { demoPassword, demoTenants, platformAdminEmail, seedDemo } from '../demo/seed'
import { dataPath, env } from '../env'
import { stopRealtime } from '../realtime/node'
import { tenantRef } from '../tenancy/resolve'
import { bringUpToDate, explainBootError } from '../wiring/boot'
import { diagnose } from './doctor'

const program = new Command('baraza').description('Management commands of Baraza').showHelpAfterError()
const print = (value: unknown, asJson: boolean | undefined, text: string) => console.log(asJson ? JSON.stringify(value) : text)

async function tenantsCalled(slug?: string) {
  const rows = await withPlatform((tx) => tx.tenant.findMany({ where: { deletedAt: null, slug }, orderBy: { slug: 'asc' } }))
  if (slug && rows.length === 0) throw new Error(`There is no desk called ${slug}.`)
  return rows.map((row) => ({ slug: row.slug, ref: tenantRef(row) }))
}

/** Tenants by id or slug, as commands of mailboxes take them. */
async function tenantsNamed(name?: string) {
  const { findTenant } = await import('../tenancy/resolve')
  const isUuid = name !== undefined && z.uuid().safeParse(name).success
  const refs = (await tenantsCalled(isUuid ? undefined : name)).filter(({ ref }) => !isUuid || ref.id === name)
  if (refs.length === 0 && name) throw new Error(`There is no workspace ${name}.`)
  const found = await Promise.all(refs.map(({ ref }) => findTenant({ id: ref.id })))
  return found.filter((tenant) => tenant !== null)
}

function progress(title: string) {
  const bar = new SingleBar({ format: `${title} {bar} {value}/{total}`, hideCursor: true, noTTYOutput: true, notTTYSchedule: 5000 })
  let total = 0
  return {
    step(done: number, of: number) {
      if (total === 0) bar.start(of, 0)
      total = of
      bar.update(done)
      if (done === of) {
        bar.stop()
        total = 0
      }
    },
  }
}

program
  .command('migrate')
  .description('bring every schema of the database up to date')
  .option('--dry-run', 'say what would be applied')
  .option('--json')
  .action(async (options) => {
    const bar = progress('migrations')
    const steps = await bringUpToDate({ dryRun: options.dryRun, onStep: (_, index, total) => bar.step(index + 1, total) })
    const verb = options.dryRun ? 'to apply' : 'applied'
    print({ steps }, options.json, steps.map(({ schema, migration }) => `${schema}: ${migration}`).join('\n') || `nothing ${verb}`)
  })

program
  .command('demo')
  .description('fill the demo desks acme and globex')
  .option('--tickets <n>', 'tickets of acme; with desks that exist, that many more', Number)
  .action(async ({ tickets }: { tickets?: number }) => {
    await bringUpToDate()
    const bar = progress('tickets')
    await seedDemo({ tickets: tickets && tickets > 2000 ? undefined : tickets, onProgress: (done, total) => bar.step(done, total) })
    if (tickets && tickets > 2000) {
      const { addManyTickets } = await import('../demo/many')
      await addManyTickets('acme', tickets, (done, total) => bar.step(done, total))
    }
    const hosts = demoTenants.map(({ slug }) => `${slug}.${env().ROOT_DOMAIN}`).join(', ')
    console.log(`Desks at ${hosts}; sign in as agent@acme.test or ${platformAdminEmail} with "${demoPassword}".`)
  })

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

program
  .command('sla')
  .description('find deadlines that have passed, now instead of within the minute')
  .option('--dry-run', 'say what has passed, and change nothing')
  .option('--tenant <slug>', 'only this desk')
  .option('--json')
  .action(async (options: { dryRun?: boolean; tenant?: string; json?: boolean }) => {
    const { listPassed, sweepDesk } = await import('../sla/sweep')
    const { findTenant } = await import('../tenancy/resolve')
    const reports: { tenant: string; tickets: number; passed?: Awaited<ReturnType<typeof listPassed>> }[] = []
    for (const { slug, ref } of await tenantsCalled(options.tenant)) {
      const tenant = await findTenant({ id: ref.id })
      if (tenant?.status !== 'active') continue
      const passed = options.dryRun ? await listPassed(tenant) : undefined
      reports.push({ tenant: slug, tickets: passed ? passed.length : await sweepDesk(tenant), passed })
    }
    const lines = reports.map(({ tenant, tickets, passed }) =>
      [
        `${tenant}: ${tickets} ${options.dryRun ? 'deadlines have passed' : 'tickets looked at'}`,
        ...(passed ?? []).map(
          ({ ticket, metric, dueAt, policy }) => `  ${ticket.number} ${metric} due ${dueAt?.toISOString()} (${policy.name})`,
        ),
      ].join('\n'),
    )
    print(reports, options.json, lines.join('\n'))
  })

program
  .command('sla:calculate')
  .description('work out deadlines or business time on a calendar; the file has the body of POST /api/v1/sla/calculate')
  .argument('<file>', 'a JSON file, or - for standard input')
  .action(async (file: string) => {
    const { calculate } = await import('../sla/calculate')
    const { calculateInput } = await import('../calendar/calculation')
    const given = calculateInput.safeParse(JSON.parse(await readFile(file === '-' ? '/dev/stdin' : file, 'utf8')), {
      error: z.locales.en().localeError,
    })
    if (!given.success) throw new Error(prettifyError(given.error))
    console.log(JSON.stringify(calculate(given.data), null, 2))
  })

program
  .command('audit:verify')
  .description('compute the seals over the history of each desk again, and say where it was tampered with')
  .option('--tenant <slug>', 'only this desk')
  .option('--json')
  .action(async (options: { tenant?: string; json?: boolean }) => {
    const { verifyChain } = await import('../audit/chain')
    const reports: (ChainReport & { tenant: string })[] = []
    for (const { slug, ref } of await tenantsCalled(options.tenant)) {
      const bar = progress(slug)
      reports.push({ tenant: slug, ...(await verifyChain(ref, options.json ? undefined : bar.step)) })
    }
    const line = (r: (typeof reports)[number]) =>
      `${r.problem ? '✗' : '✓'} ${r.tenant}: ${r.checked} events${r.problem ? `; ${r.problem}` : `, head ${r.head}`}`
    print(reports, options.json, reports.map(line).join('\n'))
    if (reports.some(({ problem }) => problem)) process.exitCode = 1
  })

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
        const { address, state, lastFetchedAt } = mailbox
        const fetched = options.sync && mailbox.isIncoming ? await fetchMailbox(tenant, mailbox.id, 'request') : null
        const error = fetched ? fetched.error : mailbox.lastError
        const brought = fetched ? (fetched.isSkipped ? 'is being fetched already' : `${fetched.messages} new`) : state
        const when = lastFetchedAt ? `, last fetched ${lastFetchedAt.toISOString()}` : ''
        isBad ||= Boolean(error)
        reports.push({ tenant: tenant.ref.slug, address, state, lastFetchedAt, messages: fetched?.messages, error })
        lines.push(`${error ? '✗' : '✓'} ${tenant.ref.slug} ${address}: ${brought}${fetched ? '' : when}`)
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

program
  .command('doctor')
  .description('say which adapter is live behind each port, and what is wrong')
  .option('--json')
  .action(async (options) => {
    const report = await diagnose()
    print(
      report,
      options.json,
      report
        .map(({ port, adapter, problem }) => `${problem ? '✗' : '✓'} ${port.padEnd(12)} ${adapter}${problem ? `\n  ${problem}` : ''}`)
        .join('\n'),
    )
    if (report.some(({ problem }) => problem)) process.exitCode = 1
  })

program
  .command('reset')
  .description('delete the embedded database, files and spool of this data folder')
  .option('--yes', 'do not ask')
  .action(async ({ yes }) => {
    if (!yes) {
      const { createInterface } = await import('node:readline/promises')
      const terminal = createInterface({ input: process.stdin, output: process.stdout })
      const answer = await terminal.question(`Delete everything in ${dataPath()}? Type "delete": `)
      terminal.close()
      if (answer !== 'delete') return console.log('Nothing was deleted.')
    }
    const { openEmbedded } = await import('../db/embedded')
    await (await openEmbedded({ folder: dataPath() })).close() // refuses while a server is using it
    await rm(dataPath(), { recursive: true, force: true })
    console.log(`${dataPath()} is gone.`)
  })

try {
  await program.parseAsync()
} catch (error) {
  console.error(explainBootError(error) ?? (error as Error).message)
  process.exitCode = 1
} finally {
  await drainBackground()
  await stopRealtime()
  await stopListening()
  await closeConnection()
}
