import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { newId } from '../core/id'
import { dataPath, env } from '../env'

/** Where the bytes of files are. A key is made by us, never by who brings the file. */
export interface FileStorage {
  name: string
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>
  /** Null when there is nothing under this key. */
  get(key: string): Promise<Uint8Array | null>
  /** The same, a piece at a time. */
  open(key: string): Promise<AsyncIterable<Uint8Array> | null>
  remove(key: string): Promise<void>
  /** All whose keys begin with `folder/`, also what no row leads to. */
  removeFolder(folder: string): Promise<void>
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

/** Files under the data folder. A file is there whole or not at all. */
export function diskStorage(folder: string): FileStorage {
  const at = (key: string) => path.join(folder, ...key.split('/'))
  return {
    name: 'disk',
    async put(key, bytes) {
      const target = at(key)
      await mkdir(path.dirname(target), { recursive: true })
      const beside = `${target}.${newId()}.part`
      await writeFile(beside, bytes, { flush: true })
      await rename(beside, target)
    },
    get: (key) => readFile(at(key)).catch(nullIfMissing),
    async open(key) {
      const file = await open(at(key)).catch(nullIfMissing)
      return file?.createReadStream() ?? null
    },
    remove: (key) => rm(at(key), { force: true }),
    removeFolder: (name) => rm(at(name), { recursive: true, force: true }),
  }
}

export interface S3Settings {
  bucket: string
  region: string
  /** Of a compatible service; null is Amazon's own. */
  endpoint: string | null
  accessKeyId: string
  secretAccessKey: string
}

/** Any service that speaks S3. */
export function s3Storage({ bucket, region, endpoint, accessKeyId, secretAccessKey }: S3Settings): FileStorage {
  // Loaded when it is used: most installations never do.
  const sdk = import('@aws-sdk/client-s3')
  const client = sdk.then(
    ({ S3Client }) =>
      new S3Client({
        region,
        credentials: { accessKeyId, secretAccessKey },
        // Compatible services have their buckets in the path, and not all know the newer checksums.
        ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      }),
  )
  async function bodyOf(key: string) {
    const { GetObjectCommand, NoSuchKey } = await sdk
    try {
      return (await (await client).send(new GetObjectCommand({ Bucket: bucket, Key: key }))).Body
    } catch (error) {
      if (error instanceof NoSuchKey) return null
      throw error
    }
  }
  return {
    name: 'S3',
    async put(key, bytes, contentType) {
      const { PutObjectCommand } = await sdk
      await (await client).send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: contentType }))
    },
    get: async (key) => (await bodyOf(key))?.transformToByteArray() ?? null,
    open: async (key) => (await bodyOf(key))?.transformToWebStream() ?? null,
    async remove(key) {
      const { DeleteObjectCommand } = await sdk
      await (await client).send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
    },
    async removeFolder(name) {
      const { DeleteObjectCommand, ListObjectsV2Command } = await sdk
      const s3 = await client
      // One by one: not every compatible service deletes several at once.
      for (let left = true; left; ) {
        const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${name}/` }))
        for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
        left = Contents.length > 0
      }
    },
  }
}

let storage: FileStorage | undefined

/** S3 where it is configured, else the data folder. */
export function fileStorage(): FileStorage {
  if (storage) return storage
  const { S3_BUCKET, S3_REGION, S3_ENDPOINT, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = env()
  storage =
    S3_BUCKET && S3_ACCESS_KEY_ID && S3_SECRET_ACCESS_KEY
      ? s3Storage({
          bucket: S3_BUCKET,
          region: S3_REGION,
          endpoint: S3_ENDPOINT ?? null,
          accessKeyId: S3_ACCESS_KEY_ID,
          secretAccessKey: S3_SECRET_ACCESS_KEY,
        })
      : diskStorage(dataPath('files'))
  return storage
}
