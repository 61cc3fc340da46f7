import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import { migrate } from '../lib/db/migrate'
import { platformSchema, pooledSchema } from '../lib/db/names'
import { compareSchemas } from './schema-engine'
import { readModels, readSnapshot } from './write-migration'

const databaseSchemas = { platform: platformSchema, tenant: pooledSchema }

/**
 * Applies the migrations of `folder` to the database, as a start of the application does, and compares what they make
 * with the models.
 * @returns what is wrong, in words; nothing when models, snapshot and migrations agree
 */
export async function checkMigrations(pool: pg.Pool, folder: string): Promise<string[]> {
  await migrate(pool, { folder })
  const problems: string[] = []
  for (const schema of ['platform', 'tenant'] as const) {
    const models = await readModels(folder, schema)
    const unwritten = await compareSchemas(pool, await readSnapshot(folder, schema), models)
    if (unwritten)
      problems.push(`${schema}: the models have changes without a migration. Run npm run migration -- ${schema} NAME\n${unwritten}`)
    const drift = await compareSchemas(pool, databaseSchemas[schema], models)
    const allowed = await allowedDrift(folder, schema)
    if (statements(drift) !== statements(allowed))
      problems.push(
        `${schema}: the migrations do not make what the models say. To make it so, this would have to run:\n${drift || '(nothing)\n'}` +
          (allowed && `The differences that ${allowedDriftFile} allows:\n${allowed}`),
      )
  }
  return problems
}

/** What models cannot say (see docs/decisions/0014-migrations-are-checked-by-replay.md); no file is no difference. */
async function allowedDrift(folder: string, schema: string): Promise<string> {
  return readFile(path.join(folder, schema, allowedDriftFile), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
}

const allowedDriftFile = 'allowed-drift.sql'

const statements = (sql: string) =>
  sql
    .split('\n')
    .filter((line) => line.trim() && !line.startsWith('--'))
    .join('\n')
