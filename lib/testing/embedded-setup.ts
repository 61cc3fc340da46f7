import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openEmbedded } from '../db/embedded'
import { migrate } from '../db/migrate'

/** A migrated database, packed once; every test file starts from its own copy. */
export default async function setup() {
  const { lite, pool, close } = await openEmbedded({})
  await migrate(pool)
  const file = path.join(tmpdir(), 'baraza-template.tar')
  writeFileSync(file, Buffer.from(await (await lite.dumpDataDir('none')).arrayBuffer()))
  await close()
  process.env.TEST_DATABASE_TEMPLATE = file // the workers inherit it
}
