// Works in the background without serving pages: `npm run worker`, beside web processes with JOBS=off.

import { databaseKind } from './lib/db/connection'
import { bringUpToDate, explainBootError, startBackground, stopBackground } from './lib/wiring/boot'

async function main() {
  if (databaseKind() === 'embedded')
    throw new Error('The embedded database belongs to the web process, which does the work as well. Set DATABASE_URL to run a worker.')
  await bringUpToDate()
  await startBackground()
  console.log('Baraza worker is ready')
  const stop = () => void stopBackground().then(() => process.exit(0))
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

main().catch((error) => {
  console.error(explainBootError(error) ?? (error as Error).message)
  process.exit(1)
})
