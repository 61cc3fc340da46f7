// npm run bench:ai: how well a chat answers without a model, on the embedded database; each message that it answers wrongly, or not.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { centres } from '../kb/centres'

delete process.env.DATABASE_URL
process.env.DATA_DIR = mkdtempSync(path.join(tmpdir(), 'baraza-bench-'))
process.env.LOG_LEVEL = 'error'
process.env.JOBS = 'off'
await import('../../lib/wiring/wire')
const { bringUpToDate } = await import('../../lib/wiring/up-to-date')
const { makeTenant } = await import('../../lib/testing/factories')
const { closeConnection } = await import('../../lib/db/connection')
const { publishAll } = await import('../kb/product')
const { answerQuality } = await import('./quality')
await bringUpToDate()
const tenant = await makeTenant('answers')
const [demo] = centres as [(typeof centres)[number]]
await publishAll(tenant, demo.articles)
const { right, wrong, refused } = await answerQuality(tenant, ({ kind, message, wanted }, slug) => {
  const isRight = kind === 'answerable' ? slug !== null && wanted.includes(slug) : slug === null
  if (!isRight) console.log(kind, '|', message, '=>', wanted.join(' '), '|', slug ?? 'refused')
})
const percent = (share: number) => `${Math.round(share * 100)} %`
console.table({
  'answered with the right article': { measured: percent(right), goal: '70 %' },
  'answered with another': { measured: percent(wrong), goal: '' },
  'refused, of what no article answers': { measured: percent(refused), goal: '85 %' },
})
await closeConnection()
process.exit(0)
