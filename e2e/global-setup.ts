import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { bin, environment, root } from './server'

/** A data folder with the demo, made once; every server starts from its own copy. */
export default function setup() {
  const folder = mkdtempSync(path.join(tmpdir(), 'baraza-e2e-template-'))
  execFileSync(bin('tsx'), ['lib/cli/main.ts', 'demo', '--tickets', '24'], { cwd: root, env: environment({ DATA_DIR: folder }) })
  process.env.E2E_TEMPLATE = folder // the workers inherit it
  return () => rmSync(folder, { recursive: true, force: true })
}
