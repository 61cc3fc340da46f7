import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { openEmbedded } from '../db/embedded'
import { migrate } from '../db/migrate'

/** A migrated database, packed once; every test file starts from its own copy. */
export default async function setup(project: TestProject) {
  const folder = path.join(tmpdir(), `baraza-test-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  const { lite, pool, close } = await openEmbedded({})
  await migrate(pool)
  const file = path.join(folder, 'template.tar')
  writeFileSync(file, Buffer.from(await (await lite.dumpDataDir('none')).arrayBuffer()))
  await close()
  project.provide('template', file)
}

declare module 'vitest' {
  export interface ProvidedContext {
    template: string
  }
}
