import { mkdtempSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diskStorage, type FileStorage, s3Storage } from './storage'

/** A server that speaks S3 and checks signatures; the package has no types. */
const S3rver = createRequire(import.meta.url)('@20minutes/s3rver') as new (
  options: object,
) => { run(): Promise<{ address: string; port: number }>; close(): Promise<void> }

const folder = mkdtempSync(path.join(tmpdir(), 'baraza-files-'))
const service = new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory: path.join(folder, 's3'),
  configureBuckets: [{ name: 'files' }],
})
/** The package signs the address of a bucket without the slash that it has, so it can't check who lists one. */
const lister = new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory: path.join(folder, 's3-lists'),
  allowMismatchedSignatures: true,
  configureBuckets: [{ name: 'files' }],
})
const storages: Record<string, FileStorage> = { disk: diskStorage(path.join(folder, 'disk')) }
let endpoint = ''

const s3 = (secretAccessKey: string, bucket = 'files', at = endpoint) =>
  s3Storage({ bucket, region: 'us-east-1', endpoint: at, accessKeyId: 'S3RVER', secretAccessKey })

beforeAll(async () => {
  const { port } = await service.run()
  endpoint = `http://127.0.0.1:${port}`
  storages.S3 = s3('S3RVER')
  storages['S3, listed'] = s3('S3RVER', 'files', `http://127.0.0.1:${(await lister.run()).port}`)
})
afterAll(() => Promise.all([service.close(), lister.close()]))

describe.each(['disk', 'S3'])('files on %s', (name) => {
  const storage = () => storages[name] as FileStorage
  const bytes = new Uint8Array(Array.from({ length: 70_000 }, (_, n) => n % 256))

  it('come back byte for byte, are replaced whole, and are gone once removed', async () => {
    await storage().put('tenant/ab/one', bytes, 'application/octet-stream')
    expect(Buffer.from((await storage().get('tenant/ab/one')) as Uint8Array).equals(Buffer.from(bytes))).toBe(true)
    const pieces = await Array.fromAsync((await storage().open('tenant/ab/one')) ?? [])
    expect(pieces.length).toBeGreaterThan(1)
    expect(Buffer.concat(pieces).equals(Buffer.from(bytes))).toBe(true)
    await storage().put('tenant/ab/one', Buffer.from('another'), 'text/plain')
    expect(Buffer.from((await storage().get('tenant/ab/one')) as Uint8Array).toString()).toBe('another')
    expect(await storage().get('tenant/ab/two')).toBeNull()
    expect(await storage().open('tenant/ab/two')).toBeNull()
    await storage().remove('tenant/ab/one')
    await storage().remove('tenant/ab/one')
    expect(await storage().get('tenant/ab/one')).toBeNull()
  })

  it('written at once under one key are one of them, whole', async () => {
    const texts = Array.from({ length: 8 }, (_, n) => String(n).repeat(20_000))
    await Promise.all(texts.map((text) => storage().put('tenant/cd/raced', Buffer.from(text), 'text/plain')))
    expect(texts).toContain(Buffer.from((await storage().get('tenant/cd/raced')) as Uint8Array).toString())
  })
})

it.each(['disk', 'S3, listed'])('files of one folder on %s go together, and no others', async (name) => {
  const storage = storages[name] as FileStorage
  const keys = ['gone/ab/one', 'gone/ab/one.webp', 'gone/cd/two', 'gone-not/ab/three']
  for (const key of keys) await storage.put(key, Buffer.from('x'), 'application/octet-stream')
  for (let time = 0; time < 2; time++) await storage.removeFolder('gone')
  expect((await Promise.all(keys.map((key) => storage.get(key)))).map((found) => found !== null)).toEqual([false, false, false, true])
})

it('the disk keeps no halves', async () => {
  expect(readdirSync(path.join(folder, 'disk', 'tenant', 'cd'))).toEqual(['raced'])
})

it('S3 that refuses is an error, not an empty file', async () => {
  await expect(s3('wrong').put('tenant/x', Buffer.from('x'), 'text/plain')).rejects.toThrow()
  await expect(s3('wrong').get('tenant/x')).rejects.toThrow()
  await expect(s3('S3RVER', 'no-such-bucket').get('tenant/x')).rejects.toThrow()
})
