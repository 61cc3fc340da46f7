import { globSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { settingsPages } from '../app/t/[host]/settings/pages'

it('every settings page has its entry in the menu, and every entry its page', () => {
  const cwd = path.resolve(import.meta.dirname, '../app/t/[host]/settings')
  const folders = ['page.tsx', ...globSync('*/page.tsx', { cwd })].map((file) => path.dirname(file).replace('.', '')).sort()
  const entries = Object.values(settingsPages)
    .flat()
    .map(({ folder }) => folder)
  expect(entries.toSorted()).toEqual(folders)
})
