// What the scripts share: running a step under the project's own Node, and installing first where that is needed.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const root = path.resolve(import.meta.dirname, '..')
const bin = path.join(root, 'node_modules', '.bin')

/** The environment in which `node` is the pinned one. */
export const environment = {
  ...process.env,
  PATH: `${bin}${path.delimiter}${process.env.PATH}`,
  NEXT_TELEMETRY_DISABLED: '1',
}

/** Runs a command to its end; stops everything when it fails. */
export function step(title, command, args, env = {}) {
  console.log(`\n▸ ${title}`)
  const begun = performance.now()
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...environment, ...env } })
  if (status !== 0) {
    console.error(`✗ ${title} failed`)
    process.exit(status ?? 1)
  }
  console.log(`  ${title} took ${Math.round((performance.now() - begun) / 1000)} s`)
}

/** Runs lists of commands, each list on a core of its own; what a command says is shown when it ends. */
export const together = (...lists) => Promise.all(lists.map(oneByOne))

async function oneByOne(steps) {
  for (const [title, command, args] of steps) {
    const begun = performance.now()
    const child = spawn(command, args, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
    const status = await new Promise((resolve) => child.once('error', () => resolve(1)).once('close', resolve))
    console.log(`\n▸ ${title}\n${said}  ${title} took ${Math.round((performance.now() - begun) / 1000)} s`)
    if (status === 0) continue
    console.error(`✗ ${title} failed`)
    process.exit(status ?? 1)
  }
}

/** Installs what the lock file says, unless it is there already. */
export function install() {
  const wanted = path.join(root, 'package-lock.json')
  const present = path.join(root, 'node_modules', '.package-lock.json')
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error']
  if (!existsSync(present)) return step('installing', 'npm', ['ci', ...quietly])
  const versions = (file) =>
    Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages)
      .filter(([name, entry]) => name && !entry.optional)
      .map(([name, entry]) => `${name}@${entry.version}`)
  const have = new Set(versions(present))
  if (versions(wanted).every((name) => have.has(name))) return
  // Not `npm ci`: it deletes node_modules first, and with it the Node that runs this.
  step('installing what is missing', 'npm', ['install', '--no-save', ...quietly])
}
