import path from 'node:path'
import { defineConfig } from 'vitest/config'
import { openRunFolder } from './scripts/run-folder.mjs'

openRunFolder()

const database = {
  setupFiles: './lib/testing/setup.ts',
  testTimeout: 30_000,
  hookTimeout: 60_000,
  // The modules are loaded once for all files; what a file leaves behind, the next one finds.
  isolate: false,
}
const alias = { '@': path.resolve(import.meta.dirname) }

export default defineConfig({
  test: {
    // Files wait a good part of their time: a third one keeps two processors busy.
    maxWorkers: 3,
    coverage: {
      include: ['lib/**/*.ts'],
      exclude: ['lib/**/generated/**', 'lib/testing/**', 'lib/**/*.test.ts', 'lib/**/*.suite.ts'],
      reporter: ['text-summary'],
      thresholds: {
        lines: 85,
        'lib/**/{policy,workflow,clock,threading,filter,classify}.ts': { lines: 90, perFile: true },
      },
    },
    projects: [
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          globalSetup: './e2e/global-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 15_000 } },
        },
      },
      {
        resolve: { alias },
        test: {
          ...database,
          name: 'unit',
          include: ['{lib,components,scripts}/**/*.test.ts'],
          exclude: ['**/*.pg.test.ts'],
          globalSetup: './lib/testing/embedded-setup.ts',
        },
      },
      {
        resolve: { alias },
        test: {
          ...database,
          name: 'postgres',
          include: ['lib/**/*.pg.test.ts'],
          globalSetup: './lib/testing/postgres-setup.ts',
        },
      },
    ],
  },
})
