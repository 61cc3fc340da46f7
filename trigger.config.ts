import { defineConfig } from '@trigger.dev/sdk'

// Deployed with Trigger.dev's own command line: `npx trigger.dev deploy`.
export default defineConfig({
  project: process.env.TRIGGER_PROJECT_REF ?? 'baraza',
  dirs: ['./trigger'],
  runtime: 'node',
  maxDuration: 3600,
})
