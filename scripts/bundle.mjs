// After `next build`: bundles what runs outside of Next into .next/own, with the packages it needs, so that a start reads a few
// files and compiles none of ours.
import { rmSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = path.resolve(import.meta.dirname, '..')

/** Each is started, or loaded by a thread, by its own name. */
const entries = ['server.ts', 'worker.ts', 'lib/cli/main.ts', 'lib/core/thread-entry.ts']
/** What threads are told to run (`inThread`). */
export const threaded = ['lib/channels/email/parse.ts', 'lib/channels/email/sender-check.ts', 'lib/kb/import/import-document.ts']

/**
 * What stays a package: Next itself; what brings files of its own beside its scripts; what uses parts of Node that are deprecated, of
 * which Node warns outside of packages.
 */
const external = ['next', 'sharp', '@electric-sql/pglite', '@electric-sql/pglite-pgvector', '@node-rs/argon2', 'pusher', 'web-push']
/** Parts that packages do without where they are not installed. */
export const optional = ['pg-native', 'bufferutil', 'utf-8-validate']

/** @returns what esbuild says of the files that it made */
export async function bundle({ write = true } = {}) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...entries, ...threaded],
    outbase: '.',
    outdir: '.next/own',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    external: [...external, ...optional],
    platform: 'node',
    format: 'esm',
    target: 'node24',
    define: { 'process.env.NODE_ENV': '"production"' },
    // Packages of the older kind load what belongs to Node by this.
    banner: { js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);` },
    metafile: true,
    write,
    logLevel: 'warning',
  })
  return metafile
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  rmSync(path.join(root, '.next/own'), { recursive: true, force: true })
  await bundle()
}
