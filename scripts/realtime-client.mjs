// Makes components/realtime/generated/pusher.js of the sources of pusher-js. What the package brings built reaches servers without
// WebSockets as well, by five ways and for browsers of old, and is twice as large (docs/decisions/0055).
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { build } from 'esbuild'

const root = path.resolve(import.meta.dirname, '..')
const sources = path.dirname(createRequire(import.meta.url).resolve('pusher-js/src/core/pusher.ts'))
const { version } = JSON.parse(readFileSync(path.join(sources, '../../package.json'), 'utf8'))

/** What nothing here asks for: encrypted channels, figures for the provider, and asking for rights in ways of its own. */
const unused = /\/(encrypted_channel|timeline_sender|user_authenticator|channel_authorizer|deprecated_channel_authorizer)$/

const { outputFiles } = await build({
  entryPoints: [path.join(sources, 'pusher.ts')],
  bundle: true,
  format: 'esm',
  target: 'es2022',
  write: false,
  tsconfigRaw: {},
  define: { VERSION: JSON.stringify(version), CDN_HTTP: '""', CDN_HTTPS: '""', DEPENDENCY_SUFFIX: '""', global: 'globalThis' },
  plugins: [
    {
      name: 'what is used',
      setup(building) {
        building.onResolve({ filter: /^runtime$/ }, () => ({ path: path.join(import.meta.dirname, 'realtime-runtime.mjs') }))
        building.onResolve({ filter: /^core\// }, ({ path: asked }) => ({ path: path.join(sources, `${asked.slice('core/'.length)}.ts`) }))
        // Beside the source stands what the package's own build begins with, which esbuild would prefer within a package.
        building.onResolve({ filter: /^\.\.?\/pusher$/ }, () => ({ path: path.join(sources, 'pusher.ts') }))
        building.onResolve({ filter: unused }, ({ path: asked }) => ({ path: asked, namespace: 'unused' }))
        building.onLoad({ filter: /./, namespace: 'unused' }, () => ({
          contents: 'export default null; export const ChannelAuthorizerProxy = null',
        }))
      },
    },
  ],
})

const made = {
  'pusher.js': outputFiles[0].text,
  'pusher.d.ts': "export { default } from 'pusher-js'\n",
}
for (const [name, text] of Object.entries(made)) {
  const file = path.join(root, 'components/realtime/generated', name)
  mkdirSync(path.dirname(file), { recursive: true })
  // What did not change is left alone: a watching server would build anew.
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text)
}
