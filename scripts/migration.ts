// Writes a migration from what changed in the models, or checks that migrations and models agree.
//   npm run migration -- tenant add_tags      npm run migration -- --check
import { openEmbedded } from '../lib/db/embedded'
import { checkMigrations } from './check-migrations'
import { writeMigration } from './write-migration'

const [first, name = ''] = process.argv.slice(2)
const { pool, close } = await openEmbedded({})
if (first === '--check') {
  const problems = await checkMigrations(pool, 'prisma')
  if (problems.length === 0) console.log('models, snapshots and migrations agree')
  else console.error(problems.join('\n'))
  process.exitCode = problems.length === 0 ? 0 : 1
} else if ((first === 'platform' || first === 'tenant') && /^[a-z][a-z0-9_]*$/.test(name)) {
  console.log(`wrote ${await writeMigration(pool, 'prisma', first, name)}`)
} else {
  console.error('usage: npm run migration -- platform|tenant name_of_change\n       npm run migration -- --check')
  process.exitCode = 2
}
await close()
