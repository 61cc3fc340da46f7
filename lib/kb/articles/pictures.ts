import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { z } from 'zod'
import { has } from '../../actor/actor'
import { invalid, notFound } from '../../core/errors'
import { msg } from '../../core/message'
import { Prisma } from '../../db/generated/tenant/client'
import { rowsOf } from '../../db/rows'
import { type TenantRef, withTenant } from '../../db/scope'
import type { Work } from '../../events/work'
import { readFileOf, removeBytes, storeBytes, upload } from '../../files/attachments'
import { drawPicture, type Shape } from '../../files/picture'
import { maxFileSize, sizeInWords } from '../../files/schema'
import { defineJob } from '../../jobs/define'
import { forEachIsolated } from '../../log/for-each-isolated'
import { agentInPieces, publicProcedure } from '../../procedure/builders'
import { listTenants, type ResolvedTenant } from '../../tenancy/resolve'
import { pictureAddress, picturesIn } from './article-address'
import { findArticle } from './queries'
import { isFor, readableBy, workingCopiesOf } from './visible'
import { isEditable } from './workflow'

type Reading = Pick<Work, 'tx' | 'tenant' | 'actor'>

/** As a use of the working copy, and of an article that a picture was brought to or taken out of: it may come back by an undo. */
const working = 0
const aside = -1
const asideDays = 7

/** As wide as a page of the help centre on a sharp screen; a long screenshot may be longer. */
const fitting: Shape = (read) => read.resize(1600, 4000, { fit: 'inside', withoutEnlargement: true }).webp({ quality: 84 })

const pictureOutput = z.object({
  id: z.uuid(),
  /** What an article shows it by. */
  address: z.string(),
  width: z.int(),
  height: z.int(),
})
type PictureOutput = z.output<typeof pictureOutput>

const shown = ({ id, width, height }: Omit<PictureOutput, 'address'>): PictureOutput => ({ id, address: pictureAddress(id), width, height })

/** The pictures of an article that an actor may see as a writer. */
const ofWriter = ({ tenant, actor }: Reading) => Prisma.sql`
  SELECT u.picture_id FROM kb_picture_use u JOIN kb_article a ON a.tenant_id = u.tenant_id AND a.id = u.article_id
  WHERE u.tenant_id = ${tenant.ref.id}::uuid AND ${workingCopiesOf(actor)}`

export const addPicture = agentInPieces
  .meta({ permission: 'kb.write', limit: 'upload', body: 'files' })
  .route({
    method: 'POST',
    path: '/kb/articles/{id}/pictures',
    tags: ['Knowledge base'],
    summary: 'Upload a picture for the text of an article; it is kept once the text shows it',
    successStatus: 201,
  })
  .input(z.strictObject({ id: z.uuid(), file: upload }))
  .output(pictureOutput)
  .handler(async ({ context, input: { id, file } }) => {
    if (file.size > maxFileSize) throw invalid({ file: [msg('tickets.fileTooLarge', { size: sizeInWords(maxFileSize) })] })
    return bringPicture(context, id, new Uint8Array(await file.arrayBuffer()))
  })

type Unit = <T>(work: (work: Work) => Promise<T>) => Promise<T>

/**
 * Makes a file a picture of an article; a text that shows it keeps it.
 * @throws INVALID for what is no picture
 */
export async function bringPicture(
  { piece, conclude, tenant }: { tenant: ResolvedTenant; piece: Unit; conclude: Unit },
  id: string,
  given: Uint8Array,
): Promise<PictureOutput> {
  const sha256 = createHash('sha256').update(given).digest('hex')
  const known = await piece(async (work) => {
    if (!isEditable((await findArticle(work, id)).status)) throw invalid({ id: ['kb.archived'] })
    return findSame(work, id, sha256)
  })
  if (known) return conclude(async () => known)
  const bytes = await drawPicture(given, fitting)
  const { width, height } = await sharp(bytes).metadata()
  const stored = await storeBytes(tenant.ref, { name: 'picture.webp', bytes, contentType: 'image/webp' })
  return conclude(async (work) => {
    await findArticle(work, id)
    const { tx, now } = work
    const tenantId = tenant.ref.id
    await tx.kbPicture.create({
      data: { tenantId, id: stored.id, width, height, size: stored.size, sha256, createdAt: now },
      select: { id: true },
    })
    await tx.kbPictureUse.create({
      data: { tenantId, pictureId: stored.id, articleId: id, n: aside, createdAt: now },
      select: { n: true },
    })
    return shown({ id: stored.id, width, height })
  })
}

/** The picture of an article that a file became before, without bringing it; null where it did not. */
export const knownPicture = (work: Reading, articleId: string, given: Uint8Array): Promise<PictureOutput | null> =>
  findSame(work, articleId, createHash('sha256').update(given).digest('hex'))

/** The same file is one picture of an article, however often it is brought. */
async function findSame({ tx, tenant }: Reading, articleId: string, sha256: string): Promise<PictureOutput | null> {
  const where = { tenantId: tenant.ref.id, sha256, uses: { some: { articleId } } }
  const row = await tx.kbPicture.findFirst({ where, select: { id: true, width: true, height: true }, orderBy: { id: 'asc' } })
  return row && shown(row)
}

/** Notes which pictures the working copy of an article shows, as far as its writer may see them. */
export async function keepPictures({ tx, tenant, actor, now }: Work, articleId: string, content: string): Promise<void> {
  const tenantId = tenant.ref.id
  const ids = picturesIn(content)
  const own = Prisma.sql`tenant_id = ${tenantId}::uuid AND article_id = ${articleId}::uuid`
  await tx.$executeRaw`
    WITH gone AS (DELETE FROM kb_picture_use WHERE ${own} AND n = ${working} AND picture_id <> ALL(${ids}::uuid[]) RETURNING picture_id)
    INSERT INTO kb_picture_use (tenant_id, picture_id, article_id, n, created_at)
    SELECT ${tenantId}::uuid, picture_id, ${articleId}::uuid, ${aside}, ${now} FROM gone
    ON CONFLICT (tenant_id, picture_id, article_id, n) DO UPDATE SET created_at = excluded.created_at`
  if (ids.length === 0) return
  await tx.$executeRaw`
    INSERT INTO kb_picture_use (tenant_id, picture_id, article_id, n, created_at)
    SELECT ${tenantId}::uuid, p.id, ${articleId}::uuid, ${working}, ${now} FROM kb_picture p
    WHERE p.tenant_id = ${tenantId}::uuid AND p.id = ANY(${ids}::uuid[]) AND p.id IN (${ofWriter({ tx, tenant, actor })})
    ON CONFLICT DO NOTHING`
}

/** A version shows the pictures of the working copy that it was made of. */
export const keepPicturesOfVersion = ({ tx, tenant, now }: Work, articleId: string, n: number) => tx.$executeRaw`
  INSERT INTO kb_picture_use (tenant_id, picture_id, article_id, n, created_at)
  SELECT tenant_id, picture_id, article_id, ${n}::int, ${now} FROM kb_picture_use
  WHERE tenant_id = ${tenant.ref.id}::uuid AND article_id = ${articleId}::uuid AND n = ${working}`

const found = z.object({ isPublic: z.boolean() })

/**
 * A picture for whoever may read it: readers where a version that they may read shows it, writers where an article shows or showed it.
 * @throws NOT_FOUND for one that is not there, or not for the actor
 */
async function findPicture({ tx, tenant, actor }: Reading, id: string): Promise<z.output<typeof found>> {
  const everybody = { kind: 'anonymous' } as const
  const isWriter = has(actor, 'kb.write') || has(actor, 'kb.publish') || has(actor, 'kb.manage')
  const seen = isWriter
    ? Prisma.sql`(u.n = a.published_n AND ${readableBy(actor)} OR ${workingCopiesOf(actor)})`
    : Prisma.sql`u.n = a.published_n AND ${readableBy(actor)}`
  const [row] = await rowsOf(
    found,
    tx.$queryRaw`
      SELECT coalesce(u.n = a.published_n AND ${isFor(everybody, 'a')}, FALSE) AS "isPublic" FROM kb_picture_use u
      JOIN kb_article a ON a.tenant_id = u.tenant_id AND a.id = u.article_id
      WHERE u.tenant_id = ${tenant.ref.id}::uuid AND u.picture_id = ${id}::uuid AND ${seen} ORDER BY 1 DESC LIMIT 1`,
  )
  if (!row) throw notFound('file')
  return row
}

/** Seconds for which a copy of a picture may be shown that its readers have lost meanwhile. */
const keptSeconds = 300

export const readPicture = publicProcedure
  .meta({ permission: 'public' })
  .route({ method: 'GET', path: '/public/kb/pictures/{id}', tags: ['Public'], summary: 'Read a picture of an article that you may read' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.custom<File>((value) => value instanceof Blob))
  .handler(async ({ context, input: { id } }) => {
    const { isPublic } = await findPicture(context, id)
    const bytes = await readFileOf(context.tenant.ref, id)
    if (!bytes) throw notFound('thumbnail')
    const headers = context.caller.responseHeaders
    headers?.set('Cache-Control', `${isPublic ? 'public' : 'private'}, max-age=${keptSeconds}`)
    headers?.set('Content-Disposition', 'inline; filename="picture.webp"')
    headers?.set('Content-Security-Policy', "default-src 'none'; sandbox")
    headers?.set('X-Content-Type-Options', 'nosniff')
    return new File([bytes as Uint8Array<ArrayBuffer>], 'picture.webp', { type: 'image/webp' })
  })

const atOnce = 200

/** Removes pictures that no text shows any more. */
export const sweepPicturesJob = defineJob({
  id: 'kb.pictures',
  title: 'deletePictures',
  input: z.object({}),
  schedule: '41 4 * * *',
  priority: 'low',
  timeoutSeconds: 1800,
  async run() {
    await forEachIsolated(await listTenants(), 'tenant', (tenant) => removeLeftPictures(tenant, new Date()))
  },
})

export async function removeLeftPictures(tenant: TenantRef, now: Date): Promise<void> {
  const before = new Date(now.getTime() - asideDays * 86_400_000)
  await withTenant(tenant, (tx) => tx.kbPictureUse.deleteMany({ where: { tenantId: tenant.id, n: aside, createdAt: { lt: before } } }))
  for (let removed = atOnce; removed === atOnce; ) {
    const where = { tenantId: tenant.id, uses: { none: {} } }
    const ids = await withTenant(tenant, async (tx) => {
      const rows = await tx.kbPicture.findMany({ where, select: { id: true }, take: atOnce })
      const gone = rows.map(({ id }) => id)
      await tx.kbPicture.deleteMany({ where: { ...where, id: { in: gone } } })
      return gone
    })
    await removeBytes(tenant, ids)
    removed = ids.length
  }
}
