import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { type Command, Option } from 'commander'
import { isOfImport } from '../kb/import/import-archive'
import { type ImportKind, importKinds } from '../kb/import/values'
import { hasPgvector, noPgvector } from '../models/pgvector'
import { say } from '../text/say'
import { english } from '../text/translator'
import { bringUpToDate } from '../wiring/up-to-date'
import type { GivenFile } from './operations'
import { print, progress } from './output'
import { perform } from './server-socket'

/** What fills the knowledge base from files, and has a model read it. */
export function addKbCommands(program: Command) {
  addEmbeddingCommands(program)
  program
    .command('kb-import')
    .description('write and publish files as articles; run again it writes only what changed')
    .argument('<from>', 'a folder or a zip of Markdown or HTML files with their pictures, a Zendesk export (JSON) or a CSV file')
    .requiredOption('--tenant <slug>', 'the workspace')
    .option('--author <email>', 'the member of the team who wrote them')
    .addOption(new Option('--kind <kind>', 'what to read, where there are files of several kinds').choices(importKinds))
    .option('--dry-run', 'say what would be written, and write nothing')
    .option('--json')
    .action(async (from: string, options: { tenant: string; author?: string; kind?: ImportKind; dryRun?: boolean; json?: boolean }) => {
      const bar = progress('articles')
      const { tenant, author, kind, dryRun: isDry = false } = options
      const input = { tenant, author, kind, isDry, files: await readFiles(from) }
      const report = await perform('kbImport', input, (_, done, total) => bar.step(done, total))
      const { created, updated, unchanged, failed, leftOut } = report
      const lines = [
        ...failed.map(({ path: file, field, error }) => `✗ ${file}${field ? ` (${field})` : ''}: ${say(error, english)}`),
        ...leftOut.map(({ path: file, what }) => `  ${file}: left out ${what.join(', ')}`),
        `${created.length} ${options.dryRun ? 'to create' : 'created'}, ${updated.length} ${options.dryRun ? 'to update' : 'updated'}, ${unchanged.length} unchanged, ${failed.length} failed`,
      ]
      print(report, options.json, lines.join('\n'))
      if (failed.length > 0) process.exitCode = 1
    })
}

function addEmbeddingCommands(program: Command) {
  program
    .command('kb-embeddings')
    .alias('generate_kb_embeddings')
    .description('have the model of EMBEDDINGS_URL read all articles that it has not read yet, so that they are found by meaning')
    .option('--tenant <name>', 'one workspace')
    .option('--business-id <id>', 'the same, by its id')
    .option('--all', 'all workspaces')
    .option('--include-existing', 'also what it has read before')
    .option('--json')
    .action(async (options: { tenant?: string; businessId?: string; all?: boolean; includeExisting?: boolean; json?: boolean }) => {
      const tenant = options.tenant ?? options.businessId
      if (!tenant === !options.all) throw new Error('Say which workspace (--tenant), or --all.')
      const bar = progress('articles')
      const input = { tenant, isAll: options.includeExisting ?? false }
      const report = await perform('kbEmbeddings', input, (_, done, total) => bar.step(done, total))
      print(
        report,
        options.json,
        report.reports.map((each) => `${each.tenant}: ${each.articles} articles read by ${report.model}`).join('\n'),
      )
    })

  program
    .command('pgvector')
    .alias('install_pgvector')
    .description('give the database columns for vectors, once the server has pgvector; a start does the same')
    .option('--json')
    .action(async (options: { json?: boolean }) => {
      await bringUpToDate()
      const isThere = await hasPgvector()
      print({ isThere }, options.json, isThere ? 'The database has pgvector.' : noPgvector)
      if (!isThere) process.exitCode = 1
    })
}

/** A file, or what a folder holds. Neither is looked into here. */
async function readFiles(given: string): Promise<GivenFile[]> {
  if (!(await stat(given)).isDirectory()) return [{ path: path.basename(given), bytes: await readFile(given) }]
  const found = await readdir(given, { recursive: true, withFileTypes: true })
  const names = found.filter((entry) => entry.isFile()).map((entry) => path.relative(given, path.join(entry.parentPath, entry.name)))
  const files = names.map((name) => name.split(path.sep).join('/')).filter(isOfImport)
  return Promise.all(files.sort().map(async (name) => ({ path: name, bytes: await readFile(path.join(given, name)) })))
}
