// Works in the background without serving pages: started by `npm start` on PostgreSQL, and by `npm run worker` beside web
// processes with JOBS=off.

import { databaseKind } from './lib/db/connection'
import { startBackground, stopBackground } from './lib/wiring/boot'
import { bringUpToDate, explainBootError } from './lib/wiring/up-to-date'

async function main() {
  if (databaseKind() === 'embedded')
    throw new Error('The embedded database belongs to the web process, which does the work as well. Set DATABASE_URL to run a worker.')
  const isChild = process.send !== undefined
  if (!isChild) await bringUpToDate() // whoever started it has done that
  await startBackground()
  let isStopping = false
  const stop = () => {
    if (isStopping) return
    isStopping = true
    void stopBackground().then(() => process.exit(0))
  }
  // Also told a second time, by the service manager and by whoever started it, it ends what it began.
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  if (!isChild) return console.log('Baraza worker is ready')
  process.once('disconnect', stop)
  if (process.connected) process.send?.('ready')
  else stop() // whoever started it is gone
}

main().catch((error) => {
  console.error(explainBootError(error) ?? (error as Error).message)
  process.exit(1)
})
