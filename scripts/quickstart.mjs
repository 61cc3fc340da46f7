// One command on a fresh machine: install, build, migrate, seed the demo, serve.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { environment, install, root, step } from './run.mjs'

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Node ${process.versions.node} is too old to install with. Use Node 20 or newer.`)
  process.exit(1)
}

install()
step('building', 'npm', ['run', '--silent', 'build'])
step('migrating and seeding the demo', 'npm', ['run', '--silent', 'baraza', '--', 'demo'])
console.log('\n▸ serving (stop with Ctrl+C)')
const server = spawn(path.join(root, 'node_modules', '.bin', 'node'), ['.next/own/server.mjs'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...environment, NODE_ENV: 'production', NEXT_MANUAL_SIG_HANDLE: 'true' },
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal))
server.on('exit', (code) => process.exit(code ?? 0))
