// The management commands: from the sources where development is installed, else as they were built.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const root = path.resolve(import.meta.dirname, '..')
const isDevelopment = existsSync(path.join(root, 'node_modules/tsx'))
const entry = path.join(root, isDevelopment ? 'lib/cli/main.ts' : '.next/own/lib/cli/main.mjs')
if (isDevelopment) (await import('tsx/esm/api')).register()
process.argv[1] = entry
await import(pathToFileURL(entry).href)
