import { readFile, rm } from 'node:fs/promises'
import { Command } from 'commander'
import { prettifyError, z } from 'zod'
import { drainBackground } from '../core/background'
import { closeConnection } from '../db/connection'
import { stopListening } from '../db/notify'
import { demoPassword, demoTenants, platformAdminEmail, seedDemo } from '../demo/seed'
import { dataPath, env } from '../env'
import { stopRealtime } from '../realtime/node'
import { bringUpToDate, explainBootError } from '../wiring/up-to-date'
import '../wiring/wire'
import { diagnose } from './doctor'
import { addKbCommands } from './kb'
import { addMailboxCommands, addMailCommands } from './mail'
import type { Step } from './operations'
import { print, progress } from './output'
import { perform } from './server-socket'

const program = new Command('baraza').description('Management commands of Baraza').showHelpAfterError()

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

addMailCommands(program)
addKbCommands(program)

program
  .command('sla')
  .description('find deadlines that have passed, now instead of within the minute')
  .option('--dry-run', 'say what has passed, and change nothing')
  .option('--tenant <slug>', 'only this desk')
  .option('--json')
  .action(async (options: { dryRun?: boolean; tenant?: string; json?: boolean }) => {
    const reports = await perform('sla', { tenant: options.tenant, isDry: options.dryRun ?? false })
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
    const bars = new Map<string, ReturnType<typeof progress>>()
    const step: Step = (slug, done, total) => {
      const bar = bars.get(slug) ?? progress(slug)
      bars.set(slug, bar)
      bar.step(done, total)
    }
    const reports = await perform('verify', { tenant: options.tenant }, options.json ? undefined : step)
    const line = (r: (typeof reports)[number]) =>
      `${r.problem ? '✗' : '✓'} ${r.tenant}: ${r.checked} events${r.problem ? `; ${r.problem}` : `, head ${r.head}`}${r.unsealed ? `; ${r.unsealed} not sealed yet` : ''}`
    print(reports, options.json, reports.map(line).join('\n'))
    if (reports.some(({ problem }) => problem)) process.exitCode = 1
  })

addMailboxCommands(program)

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
