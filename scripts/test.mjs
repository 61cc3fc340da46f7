// All suites: unit and integration, real PostgreSQL, then the browser on a fresh build.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { environment, install, root, step } from './run.mjs'
import { openRunFolder } from './run-folder.mjs'

install()
step('building', 'npm', ['run', '--silent', 'build'])

openRunFolder()
process.on('SIGINT', () => {}) // the tests end at it themselves, and then this
const reports = mkdtempSync(path.join(tmpdir(), 'baraza-report-'))
const interrupted = 130
let passed = 0
let failed = 0
for (const { projects, more } of [
  // In one run, so that what one project exercises counts for the other.
  { projects: ['unit', 'postgres'], more: ['--reporter=./lib/testing/exercised-reporter.ts'] },
  // A browser and a server each keep a processor busy.
  { projects: ['e2e'], more: ['--maxWorkers=2'] },
]) {
  console.log(`\n▸ testing: ${projects.join(', ')}`)
  const report = path.join(reports, `${projects[0]}.json`)
  const chosen = projects.flatMap((project) => ['--project', project])
  const args = ['run', ...chosen, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...more]
  const { status } = spawnSync('vitest', args, { cwd: root, stdio: 'inherit', env: { ...environment, TMPDIR: tmpdir() } })
  if (status === interrupted) process.exit(status)
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
    passed += numPassedTests
    failed += status !== 0 && numFailedTests === 0 ? 1 : numFailedTests
  } catch {
    failed += 1
  }
}
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
