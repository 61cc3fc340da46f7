import { adapters } from './lib/cli/doctor'
import { answerCommands } from './lib/cli/server-socket'
import { databaseKind } from './lib/db/connection'
import { withPlatform } from './lib/db/scope'
import { isLocal } from './lib/env'
import { originOf, platformOrigin } from './lib/tenancy/origin'
import { tenantRef } from './lib/tenancy/resolve'
import { runBackgroundProcess, worksApart } from './lib/wiring/background-process'
import { bringUpToDate, explainBootError, startBackground, stopBackground } from './lib/wiring/boot'
import { serveWeb } from './lib/wiring/web-process'

const isDev = process.argv.includes('--dev')

async function main() {
  const steps = await bringUpToDate({
    onStep: ({ schema, migration }, index, total) => console.log(`migrating ${index + 1}/${total}: ${schema} ${migration}`),
  })
  if (steps.length > 0) console.log(`${steps.length} migrations applied`)

  const background = worksApart() ? runBackgroundProcess() : undefined
  const web = await serveWeb({ isDev })
  await startBackground()
  const stopAnswering = databaseKind() === 'embedded' ? await answerCommands() : undefined
  await banner()

  let isStopping = false
  const stop = async () => {
    if (isStopping) return
    isStopping = true
    await web.stop()
    await stopAnswering?.()
    await Promise.all([stopBackground(), background?.stop()])
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
}

async function banner() {
  const tenants = await withPlatform((tx) => tx.tenant.findMany({ where: { deletedAt: null }, orderBy: { createdAt: 'asc' }, take: 5 }))
  const lines = [
    '',
    `Baraza is ready${isDev ? ' (development)' : ''}`,
    `  platform     ${platformOrigin()}`,
    ...tenants.map((tenant) => `  ${tenant.slug.padEnd(12)} ${originOf(tenantRef(tenant))}`),
    '',
    ...adapters().map(({ port, adapter }) => `  ${port.padEnd(12)} ${adapter}`),
    ...(isLocal() && tenants.some(({ slug }) => slug === 'acme')
      ? ['', '  Sign in as agent@acme.test, owner@acme.test, customer@acme.test or root@platform.test (platform): baraza-demo']
      : []),
    '',
  ]
  console.log(lines.join('\n'))
}

main().catch((error) => {
  console.error(explainBootError(error) ?? error)
  process.exit(1)
})
