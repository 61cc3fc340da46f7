import { connection, databaseKind } from '../db/connection'
import { DatabaseInUseError } from '../db/embedded'
import { env } from '../env'
import { fileStorage } from '../files/storage'
import { jobRunner } from '../jobs/runner'
import { isConfigured } from '../mail/oauth'
import { serverTransport } from '../mail/routing'
import { oauthProviders } from '../mail/schema'
import { embeddingModel } from '../models/embeddings'
import { hasPgvector, noPgvector } from '../models/pgvector'
import { realtimeAdapter } from '../realtime/access'
import { bringUpToDate, explainBootError } from '../wiring/up-to-date'

export interface Finding {
  port: string
  adapter: string
  problem: string | null
}

const databases = {
  embedded: 'PGlite, embedded',
  postgres: 'PostgreSQL (DATABASE_URL)',
  vercel: 'Vercel Postgres (POSTGRES_URL)',
} as const

const mailAdapter = () => {
  const { name } = serverTransport()
  return name === 'spool' ? `${name}: nothing leaves this machine, read it at /dev/mail` : name
}

/** Which adapter is live behind each port. */
export const adapters = (): { port: string; adapter: string }[] => [
  { port: 'database', adapter: databases[databaseKind()] },
  { port: 'mail out', adapter: mailAdapter() },
  {
    port: 'mail in',
    adapter: env().MAILGUN_SIGNING_KEY ? 'Mailgun webhook' : 'baraza mail:deliver; the Mailgun webhook refuses without MAILGUN_SIGNING_KEY',
  },
  { port: 'mailboxes', adapter: ['IMAP and SMTP', ...oauthProviders.filter(isConfigured)].join(', ') },
  { port: 'jobs', adapter: `${jobRunner().name}${env().JOBS === 'off' ? ', in a process of its own' : ''}` },
  { port: 'realtime', adapter: realtimeAdapter() },
  { port: 'files', adapter: fileStorage().name === 'disk' ? 'disk, in DATA_DIR' : `S3, bucket ${env().S3_BUCKET}` },
  { port: 'embeddings', adapter: embeddingModel()?.id ?? 'none: articles are found by words' },
  { port: 'rate limits', adapter: databaseKind() === 'postgres' ? 'shared, in the database' : 'in process' },
]

export async function diagnose(): Promise<Finding[]> {
  const database = await databaseProblem()
  const isAsked = !database && embeddingModel() !== null
  const problems: Record<string, string | null> = { database, embeddings: isAsked && !(await hasPgvector()) ? noPgvector : null }
  return adapters().map((entry) => ({ ...entry, problem: problems[entry.port] ?? null }))
}

async function databaseProblem(): Promise<string | null> {
  try {
    const waiting = await bringUpToDate({ dryRun: true })
    if (waiting.length > 0) return `${waiting.length} migrations are not applied. Run "npm run baraza -- migrate".`
    const { pool, kind } = await connection()
    if (kind === 'embedded') return null
    const { rows } = await pool.query('SELECT rolsuper OR rolbypassrls AS strong FROM pg_roles WHERE rolname = current_user')
    return rows[0]?.strong
      ? 'The application signs in as a superuser. Give it a role of its own and put the owner into DATABASE_MIGRATION_URL (docs/operating.md).'
      : null
  } catch (error) {
    // The embedded database belongs to the server, which knows how it is.
    if (error instanceof DatabaseInUseError && (await isServerWell())) return null
    return explainBootError(error) ?? (error as Error).message
  }
}

const isServerWell = async (): Promise<boolean> => {
  const answer = await fetch(`http://127.0.0.1:${env().PORT}/api/health`).catch(() => null)
  return answer?.ok === true
}
