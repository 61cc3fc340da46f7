// Production as docs/operating.md says: `npm ci && npm run build && npm prune --omit=dev`, then `npm start`, all with the
// machine's own Node. CI has run the first two when it comes here, from a clean checkout; so this takes a copy of what they
// made instead of making it twice, and prunes that. The copy shares the installed files by hard links, which costs no disk.
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, globSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../lib/testing/free-port'
import { startPostgres } from '../lib/testing/postgres-server'
import { askAt } from './http'
import { launch, root } from './server'

const folder = mkdtempSync(path.join(tmpdir(), 'baraza-production-'))
const dataDir = path.join(folder, '.data')
const inPackages = (name: string) => path.join(folder, 'node_modules', name)

/** What a machine has that knows nothing of this project: its own Node, and no variable of ours or of the tests. */
const machine = {
  HOME: process.env.HOME,
  PATH: (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((entry) => !entry.includes('node_modules'))
    .join(path.delimiter),
} as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv
const npm = (args: string[], env: Record<string, string> = {}) =>
  execFileSync('npm', args, { cwd: folder, env: { ...machine, ...env }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

beforeAll(() => {
  const left = new Set(['.git', '.data', '.env', '.env.local', 'node_modules', path.join('.next', 'cache')])
  cpSync(root, folder, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !left.has(path.relative(root, source)),
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('installs from the lock file alone', () => {
  expect(npm(['ci', '--dry-run', '--offline'])).toContain('added')
})

it('keeps, without the packages of development, all that the build refers to', () => {
  const isOneDisk = statSync(tmpdir()).dev === statSync(root).dev
  execFileSync('cp', [isOneDisk ? '-al' : '-a', path.join(root, 'node_modules'), folder])
  // The one file that npm rewrites in place; through the link it would change the original.
  rmSync(inPackages('.package-lock.json'))
  copyFileSync(path.join(root, 'node_modules', '.package-lock.json'), inPackages('.package-lock.json'))

  npm(['prune', '--omit=dev'])

  expect(['vitest', 'prisma-cli', '@biomejs/biome', 'lucide-react'].filter((name) => existsSync(inPackages(name)))).toEqual([])
  const external = globSync(['.next/node_modules/*', '.next/node_modules/@*/*'], { cwd: folder }).filter((link) => !/@[^/]*$/.test(link))
  expect(external).not.toEqual([])
  expect(external.filter((link) => !existsSync(path.join(folder, link)))).toEqual([])
})

it('serves on Node 24 whatever the machine has, and ends cleanly when it is told to', async () => {
  expect(npm(['exec', '--offline', '--', 'node', '--version'])).toMatch(/^v24\./)
  const port = await freePort()
  const env = { ...machine, DATA_DIR: dataDir, PORT: String(port) }
  const server = await launch('npm', ['start'], 'Baraza is ready', { cwd: folder, env })
  let code: number | null
  try {
    expect((await askAt(port, 'localhost', 'GET', '/api/health/live')).json).toEqual({ status: 'ok' })
    const page = await askAt(port, 'localhost', 'GET', '/')
    expect(page.status).toBe(200)
    expect(page.json).toContain('Baraza')
  } finally {
    code = await server.kill('SIGTERM')
  }
  expect(code, server.output()).toBe(0)
  expect(existsSync(path.join(dataDir, 'db.pid'))).toBe(false)
  await expect(askAt(port, 'localhost', 'GET', '/api/health/live')).rejects.toThrow()
})

it('answers to its commands', () => {
  expect(npm(['run', '--silent', 'baraza', '--', 'doctor'], { DATA_DIR: dataDir })).toContain('✓ database')
})

it('works in the background beside servers on PostgreSQL', async () => {
  const postgres = await startPostgres()
  try {
    const env = { ...machine, DATA_DIR: dataDir, DATABASE_URL: postgres.url() }
    const worker = await launch('npm', ['run', 'worker'], 'Baraza worker is ready', { cwd: folder, env })
    expect(await worker.kill('SIGTERM'), worker.output()).toBe(0)
  } finally {
    await postgres.stop()
  }
})
