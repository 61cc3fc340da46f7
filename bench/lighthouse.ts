// npm run bench:lighthouse [-- --times 5 --paths /kb/en/return-an-item]
// What Lighthouse says of a page of the help centre, of a build (`npm run build` first): its desktop preset, the median of five runs.
// It is 180 MB, so it is no dependency: npx fetches it, or LIGHTHOUSE names what starts it.
import { execFile } from 'node:child_process'
import { parseArgs, promisify } from 'node:util'
import chromium from '@sparticuz/chromium'
import { flagsOfBrowser } from '../e2e/chromium'
import { askAt } from '../e2e/http'
import { startServer } from '../e2e/server'
import { sayGoal } from './goal'
import { at } from './quiet'

const { values } = parseArgs({
  options: { times: { type: 'string', default: '5' }, paths: { type: 'string', default: '/kb/en/return-an-item' } },
})
const [command = 'npx', ...given] = (process.env.LIGHTHOUSE ?? 'npx --yes lighthouse@13.5.0').split(' ')
const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const

interface Report {
  categories: Record<(typeof categories)[number], { score: number }>
  audits: Record<string, { title: string; score: number | null; numericValue?: number }>
}

async function report(url: string): Promise<Report> {
  const flags = `--chrome-flags=${[...flagsOfBrowser(), '--headless=new'].join(' ')}`
  const { stdout } = await promisify(execFile)(
    command,
    [...given, url, '--preset=desktop', '--output=json', '--quiet', `--only-categories=${categories}`, flags],
    { maxBuffer: 100_000_000, env: { ...process.env, CHROME_PATH: await chromium.executablePath() } },
  )
  return JSON.parse(stdout)
}

const median = (found: number[]) =>
  at(
    found.toSorted((a, b) => a - b),
    0.5,
  )

const server = await startServer()
console.log(`| page | ${categories.join(' | ')} | LCP ms | blocking ms | shift |\n|${'---|'.repeat(categories.length + 4)}`)
for (const path of values.paths.split(',')) {
  const url = server.origin('acme') + path
  await askAt(server.port, 'acme.localhost', 'GET', path) // the server loads a page when it is first asked for
  const reports: Report[] = []
  for (let n = 0; n < Number(values.times); n++) reports.push(await report(url))
  const scores = categories.map((name) => median(reports.map((each) => each.categories[name].score * 100)))
  const figure = (name: string) => median(reports.map(({ audits }) => audits[name]?.numericValue ?? Number.NaN))
  const [lcp, blocking, shift] = ['largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift'].map(figure)
  console.log(`| ${path} | ${scores.map(Math.round).join(' | ')} | ${lcp?.toFixed(0)} | ${blocking?.toFixed(0)} | ${shift?.toFixed(3)} |`)
  for (const [n, name] of categories.entries()) sayGoal({ what: `${path}, ${name}`, figure: scores[n] as number, limit: 95, isLeast: true })
  sayGoal({ what: `${path}, LCP`, figure: lcp as number, limit: 1200, unit: 'ms' })
  const missed = Object.values(reports.at(-1)?.audits ?? {}).filter(({ score }) => score !== null && score < 0.9)
  if (missed.length > 0) console.log(`below 0.9: ${missed.map(({ title }) => title).join('; ')}`)
}
await server.kill('SIGTERM')
process.exit(0)
