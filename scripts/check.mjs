// What CI runs, locally.
import { install, step, together } from './run.mjs'

install()
step('generating', 'node', ['scripts/generate.mjs'])
await together(
  [['checking types', 'npm', ['run', '--silent', 'typecheck']]],
  [
    ['linting', 'biome', ['check', '--error-on-warnings', '.']],
    ['checking promises', 'tsx', ['scripts/check-promises.ts']],
    ['checking imports', 'tsx', ['scripts/check-imports.ts']],
    ['checking literals', 'tsx', ['scripts/check-literals.ts']],
    ['checking messages', 'npm', ['run', '--silent', 'check:messages']],
    ['checking migrations', 'tsx', ['scripts/migration.ts', '--check']],
  ],
)
step('testing', 'node', ['scripts/test.mjs'])
