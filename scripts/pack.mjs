// After `next build`: packs what browsers load with Brotli, once and as small as it gets, for lib/wiring/built-files.ts to send.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'

const folder = path.resolve(import.meta.dirname, '../.next/static')
const pack = promisify(brotliCompress)

const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(js|css)$/.test(name))
await Promise.all(
  names.map(async (name) => {
    const text = await readFile(path.join(folder, name))
    const packed = await pack(text, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: text.length } })
    await writeFile(path.join(folder, `${name}.br`), packed)
  }),
)
