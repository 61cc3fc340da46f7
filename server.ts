// Serves: one process with the embedded database inside, several on PostgreSQL. What each kind of process needs is loaded there
// alone: the one that starts the others stays small.
import cluster from 'node:cluster'
import path from 'node:path'
import { databaseKind } from './lib/db/connection'
import { log } from './lib/log/log'
import { runBackgroundProcess, worksApart } from './lib/wiring/background-process'
import { bringUpToDate, explainBootError } from './lib/wiring/up-to-date'
import { type Said, startWebProcesses, type Told, webProcessCount } from './lib/wiring/web-processes'

const entry = process.argv[1] as string
/** Beside this one, in the sources and in what was built. */
const worker = path.join(path.dirname(entry), `worker${path.extname(entry)}`)
const isDev = process.argv.includes('--dev')

/** Serves until it is told to end. */
async function serve(mayServe?: Promise<unknown>) {
  const [{ serveWeb }, { startBackground, stopBackground }] = await Promise.all([
    import('./lib/wiring/web-process'),
    import('./lib/wiring/boot'),
  ])
  const web = await serveWeb({ isDev, mayServe })
  await startBackground()
  return async () => {
    await web.stop()
    await stopBackground()
  }
}

const greet = async () => (await import('./lib/cli/greeting')).greet({ isDev })

/** The database, pages and, with the embedded database, what works in the background: all in this process. */
async function serveAlone() {
  await migrate()
  const background = worksApart() ? runBackgroundProcess(worker) : undefined
  const end = await serve()
  const stopAnswering = databaseKind() === 'embedded' ? await (await import('./lib/cli/server-socket')).answerCommands() : undefined
  await greet()
  onEnd(async () => {
    await stopAnswering?.()
    await Promise.all([end(), background?.stop()])
  })
}

/** One of several on a port, started by `serveTogether`. */
async function serveAmongOthers() {
  const told = new Promise<void>((resolve) => {
    process.on('message', (what: Told) => {
      if (what === 'serve') resolve()
      else void greet()
    })
  })
  process.on('SIGINT', () => {}) // whoever sends it to all of them means the one that started this
  process.on('SIGHUP', () => {})
  const end = await serve(told)
  onSignals(['SIGTERM'], end)
  say('ready')
}

const say = (what: Said) => process.send?.(what)

async function serveTogether(count: number) {
  const lost = (why: Error) => {
    console.error(`${why.message}\nNo web process is left, and none can be started.`)
    process.exit(1)
  }
  const web = startWebProcesses(entry, count, lost)
  await migrate()
  let background = worksApart() ? runBackgroundProcess(worker) : undefined
  await web.serve()
  web.greet()

  let [restarting, isEnding] = [Promise.resolve(), false]
  async function restart() {
    if (isEnding) return
    await migrate()
    await web.restart()
    const former = background
    if (former) background = runBackgroundProcess(worker)
    await former?.stop()
    console.log('Baraza has restarted')
  }
  process.on('SIGHUP', () => {
    restarting = restarting.then(restart).catch((error) => log().error({ err: error }, 'not every process was restarted'))
  })
  onEnd(async () => {
    isEnding = true
    await Promise.all([web.stop(), background?.stop()])
  })
}

async function migrate() {
  const steps = await bringUpToDate({
    onStep: ({ schema, migration }, index, total) => console.log(`migrating ${index + 1}/${total}: ${schema} ${migration}`),
  })
  if (steps.length > 0) console.log(`${steps.length} migrations applied`)
}

const onEnd = (end: () => Promise<unknown>) => onSignals(['SIGTERM', 'SIGINT'], end)

/** Also told a second time, by the service manager and by the process that started it, a process ends what it began. */
function onSignals(signals: NodeJS.Signals[], end: () => Promise<unknown>) {
  let isEnding = false
  const once = () => {
    if (isEnding) return
    isEnding = true
    void end().then(() => process.exit(0))
  }
  for (const signal of signals) process.on(signal, once)
}

async function main() {
  if (cluster.isWorker) return serveAmongOthers()
  const count = webProcessCount()
  return isDev || databaseKind() === 'embedded' ? serveAlone() : serveTogether(count)
}

main().catch((error) => {
  const failure = explainBootError(error)
  if (cluster.isWorker && failure) say({ failure })
  else console.error(failure ?? error)
  // Those that were started wait to serve: they end with this one, and say nothing of it.
  for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL')
  process.exit(1)
})
