import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import { compareSchemas, type SchemaFile } from './schema-engine'

export type SchemaName = 'platform' | 'tenant'

/**
 * Writes the SQL that leads from the snapshot to today's models into a new migration, empty when nothing changed
 * (for SQL by hand), and makes the models the snapshot.
 * @returns the migration's folder
 */
export async function writeMigration(pool: pg.Pool, folder: string, schema: SchemaName, name: string): Promise<string> {
  const models = await readModels(folder, schema)
  const sql = await compareSchemas(pool, await readSnapshot(folder, schema), models)
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const migration = path.join(folder, schema, 'migrations', `${stamp}_${name}`)
  await mkdir(migration)
  await writeFile(path.join(migration, 'migration.sql'), sql)
  const content = models.map((file) => file.content.trim()).join('\n\n')
  await writeFile(path.join(folder, schema, snapshotFile), `${snapshotHead}\n\n${content}\n`)
  return migration
}

export async function readModels(folder: string, schema: SchemaName): Promise<SchemaFile[]> {
  const models = path.join(folder, schema, 'models')
  const names = (await readdir(models)).filter((name) => name.endsWith('.prisma')).sort()
  return Promise.all(names.map(async (name) => ({ path: name, content: await readFile(path.join(models, name), 'utf8') })))
}

export const readSnapshot = async (folder: string, schema: SchemaName): Promise<SchemaFile[]> => [
  { path: snapshotFile, content: await readFile(path.join(folder, schema, snapshotFile), 'utf8') },
]

const snapshotFile = 'snapshot.prisma'
const snapshotHead = '// The models as they were at the last migration. Written by `npm run migration`; do not edit.'
