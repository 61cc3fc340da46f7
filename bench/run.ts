// npm run bench [-- --tickets 50000 --seconds 4 --only requests,floors]
// Every goal of speed, size and fairness in one table: fails when one is missed. A real PostgreSQL is started and filled once, and
// each part serves the built product on it (`npm run build` first) in a process of its own.
import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { type Goal, goalIn, isMet, tableOf } from './goal'
import { load } from './product'

const parts = ['requests', 'floors', 'pages', 'bulk', 'drain', 'relay', 'processes', 'realtime', 'browser']
const { values } = parseArgs({
  options: {
    tickets: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '4' },
    only: { type: 'string', default: parts.join() },
  },
})

const { loaded, stop } = await load(Number(values.tickets))
const told = path.join(mkdtempSync(path.join(tmpdir(), 'baraza-bench-')), 'loaded.json')
writeFileSync(told, JSON.stringify(loaded))

const goals: Goal[] = []
for (const part of parts.filter((each) => values.only.split(',').includes(each))) {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(import.meta.dirname, `${part}.ts`), '--seconds', values.seconds], {
    env: { ...process.env, BENCH_LOADED: told },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const goal = goalIn(line)
    if (goal) goals.push(goal)
    else console.log(line)
  }
  const code = await new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve(child.exitCode)))
  if (code !== 0) goals.push({ what: `${part} ran to its end`, figure: 0, limit: 1, isLeast: true })
}
console.log(`\n${tableOf(goals)}`)
await stop()
process.exit(goals.every(isMet) ? 0 : 1)
