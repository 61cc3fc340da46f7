// Writes the SQL that leads from the schema kept in the last migration's folder
// to today's, by Prisma's own schema engine as WASM: no database, no download.
//   npm run migration -- tenant add_tags      npm run migration -- tenant --check
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'

const [schema = '', name = ''] = process.argv.slice(2)
if (!['platform', 'tenant'].includes(schema) || !name) {
  console.error('usage: npm run migration -- platform|tenant NAME|--check')
  process.exit(2)
}

const root = path.join('prisma', schema, 'migrations')
const today = await readFile(path.join('prisma', schema, 'schema.prisma'), 'utf8')
const folders = (await readdir(root, { withFileTypes: true }).catch(() => []))
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort()
const last = folders.at(-1)
const before = last && (await readFile(path.join(root, last, 'schema.prisma'), 'utf8'))

const datamodel = (content: string) => ({
  tag: 'schemaDatamodel' as const,
  files: [{ path: 'schema.prisma', content }],
})
const engine = await loadEngine(today)
const diff = await engine.diff({
  from: before ? datamodel(before) : { tag: 'empty' },
  to: datamodel(today),
  script: true,
  exitCode: true,
  filters: { externalTables: [], externalEnums: [] },
})

const script = diff.stdout ?? ''
if (diff.exitCode === 0) {
  console.log(`${schema}: the migrations are up to date`)
} else if (name === '--check') {
  console.error(`${schema}: schema.prisma has changes without a migration:\n${script}`)
  process.exit(1)
} else {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const folder = path.join(root, `${stamp}_${name}`)
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'migration.sql'), script.replace(/-- CreateSchema\nCREATE SCHEMA.*\n\n/, ''))
  await writeFile(path.join(folder, 'schema.prisma'), today)
  await writeFile(path.join(root, 'migration_lock.toml'), 'provider = "postgresql"\n')
  console.log(`wrote ${folder}`)
}
process.exit(0)

async function loadEngine(content: string) {
  const require = createRequire(import.meta.url)
  const wasm = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/schema_engine_bg\.js$/, 'schema_engine_bg.wasm')
  const { instance } = await WebAssembly.instantiate(await readFile(wasm), { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  ;(instance.exports.__wbindgen_start as () => void)()
  const factory = { provider: 'postgres', adapterName: 'none', connect: noDatabase, connectToShadowDb: noDatabase }
  return glue.SchemaEngine.new(
    { datamodels: [['schema.prisma', content]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(factory as never),
  )
}

/** The engine asks a database only for its version and whether a schema exists. */
async function noDatabase() {
  return {
    provider: 'postgres',
    adapterName: 'none',
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
    dispose: async () => {},
    executeScript: async () => {},
    executeRaw: async () => 0,
    queryRaw: async ({ sql }: { sql: string }) => {
      const found = [...sql.matchAll(/ as (\w+)/gi)].map((match) => match[1] as string)
      const columns = found.length ? found : ['version']
      const int32 = 0
      const boolean = 5
      const text = 7
      return {
        columnNames: columns,
        columnTypes: columns.map((c) => (c === 'numeric_version' ? int32 : c.includes('exists') ? boolean : text)),
        rows: [columns.map((c) => (c === 'numeric_version' ? 150000 : c.includes('exists') ? true : 'PostgreSQL 15.0'))],
      }
    },
  }
}
