import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openEmbedded } from '../lib/db/embedded'
import { checkMigrations } from './check-migrations'
import { writeMigration } from './write-migration'

let folder: string
let database: Awaited<ReturnType<typeof openEmbedded>>

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'baraza-prisma-'))
  cpSync('prisma', folder, { recursive: true })
  // Migrated already, so that only what a test adds is applied.
  database = await openEmbedded({ template: new Blob([readFileSync(process.env.TEST_DATABASE_TEMPLATE as string)]) })
})
afterEach(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

const check = () => checkMigrations(database.pool, folder)

function edit(file: string, change: (text: string) => string) {
  const at = path.join(folder, file)
  const before = readFileSync(at, 'utf8')
  const after = change(before)
  expect(after, `nothing to change in ${file}`).not.toBe(before)
  writeFileSync(at, after)
}

const addColour = (text: string) => text.replace(/^model Tag \{$/m, 'model Tag {\n  colour String?')

function addMigration(name: string, sql: string) {
  const migration = path.join(folder, 'tenant', 'migrations', name)
  mkdirSync(migration)
  writeFileSync(path.join(migration, 'migration.sql'), sql)
}

describe('the check of migrations', () => {
  it('finds nothing in the migrations as they are', async () => {
    expect(await check()).toEqual([])
  })

  it('finds models that changed without a migration, until there is one', async () => {
    edit('tenant/models/tickets.prisma', addColour)
    const [unwritten, drift, ...others] = await check()
    expect(others).toEqual([])
    expect(unwritten).toMatch(/^tenant: the models have changes without a migration/)
    expect(drift).toMatch(/^tenant: the migrations do not make what the models say/)
    for (const problem of [unwritten, drift]) expect(problem).toContain('ALTER TABLE "tag" ADD COLUMN     "colour" TEXT;')
    const migration = await writeMigration(database.pool, folder, 'tenant', 'add_colour')
    expect(readFileSync(path.join(migration, 'migration.sql'), 'utf8')).toContain('ADD COLUMN     "colour" TEXT')
    expect(await check()).toEqual([])
  })

  it('finds models and a snapshot that no migration makes', async () => {
    edit('platform/models/jobs.prisma', (text) => text.replace('@default(0) @map("total_steps")', '@default(1) @map("total_steps")'))
    edit('platform/snapshot.prisma', (text) => text.replace('@default(0) @map("total_steps")', '@default(1) @map("total_steps")'))
    const problems = await check()
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^platform: the migrations do not make what the models say/)
    expect(problems[0]).toContain('ALTER TABLE "job" ALTER COLUMN "total_steps" SET DEFAULT 1;')
  })

  it('finds a migration that makes more than the models say, unless the difference is listed', async () => {
    addMigration('29990101000000_covering', 'CREATE INDEX tag_covering ON tag (tenant_id) INCLUDE (name);')
    const problems = await check()
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^tenant: the migrations do not make what the models say/)
    expect(problems[0]).toContain('DROP INDEX "tag_covering";')
    appendFileSync(path.join(folder, 'tenant/allowed-drift.sql'), '-- Models cannot say INCLUDE.\nDROP INDEX "tag_covering";\n')
    expect(await check()).toEqual([])
    addMigration('29990102000000_not_covering', 'DROP INDEX tag_covering;')
    expect(await check()).toEqual([expect.stringMatching(/The differences that allowed-drift\.sql allows:[\s\S]*"tag_covering"/)])
  })

  it('writes an empty migration when the models did not change, for SQL by hand', async () => {
    const migration = await writeMigration(database.pool, folder, 'platform', 'by_hand')
    expect(readFileSync(path.join(migration, 'migration.sql'), 'utf8')).toBe('')
    expect(readFileSync(path.join(folder, 'platform/snapshot.prisma'), 'utf8')).toBe(
      readFileSync('prisma/platform/snapshot.prisma', 'utf8'),
    )
    expect(await check()).toEqual([])
  })
})
