// What a start does first. It imports little: the process that starts the others does no more than this.
import { type MigrateOptions, migrate } from '../db/migrate'
import { withOwner } from '../db/owner'
import { env } from '../env'
import { installJobRunner } from '../jobs/embedded'
import { secretFor } from '../secrets'

/** Applies what is missing, as the owner where there is one, before anything else runs. */
export async function bringUpToDate(options: MigrateOptions = {}) {
  secretFor('session') // one that is no secret stops everything here
  return withOwner(async (pool) => {
    const steps = await migrate(pool, options)
    if (!options.dryRun) await installJobRunner(pool)
    return steps
  })
}

/** What went wrong at boot, with what to do about it; null for what is a defect. */
export function explainBootError(error: unknown): string | null {
  const e = error as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] }
  const code = e.code ?? e.errors?.[0]?.code
  const byName = ['EnvError', 'SecretError', 'MigrationError', 'DatabaseInUseError'].includes((error as Error)?.constructor?.name)
  if (byName) return e.message
  const at = env().DATABASE_URL?.replace(/\/\/[^@/]*@/, '//')
  if (code === 'EADDRINUSE') return `Port ${env().PORT} is in use. Stop what listens there, or set PORT to another.`
  if (code === 'EACCES' && e.syscall === 'listen') return `Port ${env().PORT} needs more rights. Set PORT to one above 1023.`
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT')
    return `The database at ${at} cannot be reached (${code}). Start it, or correct DATABASE_URL.`
  if (code === '28P01' || code === '28000') return `The database at ${at} refused the user or password. Correct DATABASE_URL.`
  if (code === '3D000') return `The database at ${at} does not exist. Create it, or correct DATABASE_URL.`
  if (code === '42501') return `The database user may not migrate: ${e.message}. Set DATABASE_MIGRATION_URL to the owner's address.`
  return null
}
