// All suites: unit and integration, real PostgreSQL, then the browser on a fresh build.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { environment, install, root, step } from './run.mjs'

install()
step('building', 'npm', ['run', '--silent', 'build'])

const reports = mkdtempSync(path.join(tmpdir(), 'baraza-report-'))
let passed = 0
let failed = 0
for (const project of ['unit', 'postgres', 'e2e']) {
  console.log(`\n▸ testing: ${project}`)
  const report = path.join(reports, `${project}.json`)
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { status } = spawnSync('vitest', args, { cwd: root, stdio: 'inherit', env: environment })
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
