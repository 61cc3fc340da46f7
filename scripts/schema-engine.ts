// Prisma's own schema engine as WASM: no native download, no network.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { bindMigrationAwareSqlAdapterFactory, type ColumnType, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg'
import type pg from 'pg'

export interface SchemaFile {
  path: string
  content: string
}

/**
 * The SQL that turns one schema into the other, empty when they are equal. `from` is a set of schema files or the
 * name of a schema in the database. The engine asks the database for its version in either case.
 */
export async function compareSchemas(pool: pg.Pool, from: SchemaFile[] | string, to: SchemaFile[]): Promise<string> {
  loaded ??= load()
  await loaded
  const connect = async () => catalogueReader(pool, typeof from === 'string' ? from : 'public')
  const factory = { provider: 'postgres', adapterName: 'catalogue', connect, connectToShadowDb: connect }
  const opened = await engine.SchemaEngine.new(
    { datamodels: to.map(({ path, content }) => [path, content]) },
    () => {},
    bindMigrationAwareSqlAdapterFactory(factory as never),
  )
  const { exitCode, stdout } = await opened.diff({
    from: typeof from === 'string' ? { tag: 'schemaDatasource', files: to, configDir: '.' } : { tag: 'schemaDatamodel', files: from },
    to: { tag: 'schemaDatamodel', files: to },
    script: true,
    exitCode: true,
    filters: { externalTables: [], externalEnums: [] },
  })
  return exitCode === 0 ? '' : (stdout ?? '')
}

let loaded: Promise<void> | undefined

async function load() {
  const wasm = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm/schema_engine_bg')
    .replace(/\.js$/, '.wasm')
  const { instance } = await WebAssembly.instantiate(await readFile(wasm), { './schema_engine_bg.js': engine })
  engine.__wbg_set_wasm(instance.exports)
  ;(instance.exports.__wbindgen_start as () => void)()
}

/** The types of the catalogue's columns by their OID. Prisma's own adapter refuses "char" (18). */
const columnTypes: Record<number, ColumnType> = {
  16: ColumnTypeEnum.Boolean,
  18: ColumnTypeEnum.Character,
  19: ColumnTypeEnum.Text,
  20: ColumnTypeEnum.Int64,
  21: ColumnTypeEnum.Int32,
  23: ColumnTypeEnum.Int32,
  25: ColumnTypeEnum.Text,
  26: ColumnTypeEnum.Int64,
  1009: ColumnTypeEnum.TextArray,
  1043: ColumnTypeEnum.Text,
}

/** An adapter that answers the engine's questions to the catalogue and changes nothing. */
function catalogueReader(pool: pg.Pool, schemaName: string) {
  const refuse = async () => {
    throw new Error('comparing schemas changes nothing')
  }
  return {
    provider: 'postgres',
    adapterName: 'catalogue',
    getConnectionInfo: () => ({ schemaName, supportsRelationJoins: true }),
    dispose: async () => {},
    executeRaw: refuse,
    executeScript: refuse,
    startTransaction: refuse,
    queryRaw: async ({ sql, args }: { sql: string; args: unknown[] }) => {
      const { fields, rows } = await pool.query({ text: sql, values: args, rowMode: 'array' })
      return {
        columnNames: fields.map(({ name }) => name),
        columnTypes: fields.map(({ name, dataTypeID }) => {
          const type = columnTypes[dataTypeID]
          if (type === undefined) throw new Error(`the schema engine reads ${name}, of type ${dataTypeID}, which is not in columnTypes`)
          return type
        }),
        rows,
      }
    },
  }
}
