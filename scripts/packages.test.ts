import { globSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import { build } from 'esbuild'
import { expect, it } from 'vitest'
import nextConfig from '../next.config'

const root = path.resolve(import.meta.dirname, '..')
const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

const isTest = (file: string) => /\.(test|suite)\.ts$|^lib\/testing\//.test(file)

/** What runs outside Next's bundle loads these from node_modules; types are erased, lazy imports included. */
async function loaded() {
  const files = ['server.ts', 'worker.ts', 'next.config.ts', ...globSync('lib/**/*.ts', { cwd: root }).filter((file) => !isTest(file))]
  const { metafile } = await build({
    stdin: { contents: files.map((file) => `import './${file}'`).join('\n'), resolveDir: root },
    bundle: true,
    treeShaking: false,
    packages: 'external',
    metafile: true,
    write: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
  return Object.values(metafile.outputs)
    .flatMap(({ imports }) => imports)
    .map((imported) => imported.path)
    .filter((specifier) => !isBuiltin(specifier))
    .map(packageOf)
}

it('lists as dependencies what the server, the worker and lib load; what next build bundles is for development', async () => {
  const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const starters = ['node', 'tsx']
  const askedForByNext = ['react', 'react-dom']
  const wanted = new Set([...(await loaded()), ...(nextConfig.serverExternalPackages ?? []), ...starters, ...askedForByNext])
  expect(Object.keys(dependencies).toSorted()).toEqual([...wanted].toSorted())
})
