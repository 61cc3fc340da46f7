import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = `${import.meta.dirname}/../../`

it('what a process keeps for all copies of a module has a name of its own', () => {
  const places = new Map<string, Set<string>>()
  for (const file of globSync('lib/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] }))
    for (const [name] of readFileSync(root + file, 'utf8').matchAll(/__baraza\w+/g))
      places.set(name, (places.get(name) ?? new Set()).add(file))
  expect(places.size).toBeGreaterThan(10)
  expect([...places].filter(([, files]) => files.size > 1)).toEqual([])
})
