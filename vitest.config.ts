import path from 'node:path'
import { defineConfig } from 'vitest/config'

const database = {
  setupFiles: './lib/testing/setup.ts',
  testTimeout: 30_000,
  hookTimeout: 60_000,
}
const alias = { '@': path.resolve(import.meta.dirname) }

export default defineConfig({
  test: {
    globalSetup: './lib/testing/global-setup.ts',
    maxWorkers: 2,
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
        test: { ...database, name: 'unit', include: ['{lib,components,scripts}/**/*.test.ts'], exclude: ['**/*.pg.test.ts'] },
      },
      {
        resolve: { alias },
        test: { ...database, name: 'postgres', include: ['lib/**/*.pg.test.ts'], fileParallelism: false },
      },
    ],
  },
})
