// What CI runs, locally.
import { install, step } from './run.mjs'

install()
step('generating', 'node', ['scripts/generate.mjs'])
step('linting', 'biome', ['check', '--error-on-warnings', '.'])
step('checking types', 'npm', ['run', '--silent', 'typecheck'])
step('checking promises', 'tsx', ['scripts/check-promises.ts'])
step('checking imports', 'tsx', ['scripts/check-imports.ts'])
step('checking literals', 'tsx', ['scripts/check-literals.ts'])
step('checking messages', 'npm', ['run', '--silent', 'check:messages'])
step('checking migrations', 'tsx', ['scripts/migration.ts', '--check'])
step('testing', 'node', ['scripts/test.mjs'])
