// Generates what is made from messages/en.json, the client of realtime, and both Prisma clients. The schema engine is a native download that
// `generate` never runs, so it is pointed at /bin/true and needs no network.
import { spawnSync } from 'node:child_process'

const texts = spawnSync(process.execPath, ['scripts/messages.ts'], { stdio: 'inherit' })
if (texts.status !== 0) process.exit(1)
await import('./realtime-client.mjs')

for (const schema of ['platform', 'tenant']) {
  const run = spawnSync(process.execPath, ['node_modules/prisma-cli/build/index.js', 'generate', '--schema', `prisma/${schema}/models`], {
    encoding: 'utf8',
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' },
  })
  if (run.status !== 0) {
    process.stderr.write(run.stdout + run.stderr)
    process.exit(1)
  }
}
