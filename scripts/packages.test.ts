import { globSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import { expect, it } from 'vitest'
import nextConfig from '../next.config'
import { bundle, optional, threaded } from './bundle.mjs'

const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

/** What our own bundle loads from packages; what Next's refers to is looked up by `e2e/production.test.ts`. */
async function loaded() {
  const { outputs } = await bundle({ write: false })
  return Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ path: specifier, external }) => external && !isBuiltin(specifier))
    .map(({ path: specifier }) => packageOf(specifier))
    .filter((name) => !optional.includes(name))
}

it('lists as dependencies what neither bundle contains; all else is for development', async () => {
  const { dependencies } = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../package.json'), 'utf8'))
  const askedForByNext = ['react', 'react-dom']
  const wanted = new Set([...(await loaded()), ...(nextConfig.serverExternalPackages ?? []), ...askedForByNext, 'node'])
  expect(Object.keys(dependencies).toSorted()).toEqual([...wanted].toSorted())
})

it('what threads are told to run is built as well', () => {
  const sources = globSync('lib/**/*.ts', { cwd: path.resolve(import.meta.dirname, '..') }).filter(
    (file) => !/\.(test|suite)\.ts$/.test(file),
  )
  const asked = sources.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/inThread\([^']*'(lib\/[^']+)'/g)].map(([, told]) => told),
  )
  expect([...new Set(asked)].toSorted()).toEqual(threaded)
})
