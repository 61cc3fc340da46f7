import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { bin, environment, root } from './server'

/** A data folder with the demo, made once; every server starts from its own copy. */
export default function setup() {
  const cache = mkdtempSync(path.join(tmpdir(), 'baraza-e2e-compiled-'))
  process.env.NODE_COMPILE_CACHE = cache // what one process compiled, the next begins with
  const folder = mkdtempSync(path.join(tmpdir(), 'baraza-e2e-template-'))
  execFileSync(bin('tsx'), ['lib/cli/main.ts', 'demo', '--tickets', '24'], { cwd: root, env: environment({ DATA_DIR: folder }) })
  process.env.E2E_TEMPLATE = folder // the workers inherit it
  return () => {
    for (const made of [folder, cache]) rmSync(made, { recursive: true, force: true })
  }
}
