import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { forbidden, notFound } from '../../core/errors'
import { instant } from '../../core/page'
import type { Work } from '../../events/work'
import { readFile } from '../../files/attachments'
import { publicProcedure } from '../../procedure/builders'
import { secretFor } from '../../secrets'
import { originOf } from '../../tenancy/origin'
import { fileKey } from '../ticket/request-key'
import { fileOutput, guard } from './messages'

const lifeDays = 30
const dayMs = 86_400_000

const sign = (tenantId: string, fileId: string, lastDay: string) =>
  createHmac('sha256', secretFor('file-link')).update(`${tenantId}/${fileId}/${lastDay}`).digest('base64url').slice(0, 27)

/** The address of a file that a mail could not carry: it opens without a password this one file, until a day. */
export function fileLink({ tenant, now }: Pick<Work, 'tenant' | 'now'>, fileId: string): { url: string; until: Date } {
  const day = Math.ceil(now.getTime() / dayMs + lifeDays)
  const lastDay = day.toString(36)
  const key = `${fileId.replaceAll('-', '')}.${lastDay}.${sign(tenant.ref.id, fileId, lastDay)}`
  return { url: `${originOf(tenant.ref)}/file/${key}`, until: new Date(day * dayMs) }
}

const keyAlone = new RegExp(`^${fileKey.source}$`)

/** @throws NOT_FOUND for a key that is none of ours, and for a file that is gone or may not be handed out */
async function readLink({ tx, tenant }: Work, key: string) {
  const match = keyAlone.exec(key)
  if (!match) throw notFound('file')
  const fileId = match.slice(1, 6).join('-')
  const [lastDay = '', signature = ''] = match.slice(6)
  const tenantId = tenant.ref.id
  if (!timingSafeEqual(Buffer.from(sign(tenantId, fileId, lastDay)), Buffer.from(signature))) throw notFound('file')
  const file = await tx.attachment.findFirst({
    where: { tenantId, id: fileId, quarantinedAt: null, message: { kind: { not: 'note' }, ticket: { deletedAt: null } } },
    include: { message: { select: { ticketId: true } } },
  })
  if (!file?.message) throw notFound('file')
  return { file, ticketId: file.message.ticketId, until: new Date(Number.parseInt(lastDay, 36) * dayMs) }
}

const linkRef = z.strictObject({ key: z.string().max(200) })

export const readFileLink = publicProcedure
  .meta({ permission: 'public', limit: 'link' })
  .route({ method: 'GET', path: '/files/linked/{key}', tags: ['Files'], summary: 'Read what a link from an email to a file leads to' })
  .input(linkRef)
  .output(
    z.object({
      /** Null where the link has expired. */
      file: z.object({ name: z.string(), size: z.number().int() }).nullable(),
      until: instant,
      /** The request that it belongs to, where those who sign in find it. */
      ticketId: z.uuid(),
    }),
  )
  .handler(async ({ context, input }) => {
    const { file, until, ticketId } = await readLink(context, input.key)
    const { name, size } = file
    return { file: until > context.now ? { name, size } : null, until, ticketId }
  })

export const downloadLinkedFile = publicProcedure
  .meta({ permission: 'public', limit: 'link' })
  .route({ method: 'GET', path: '/files/linked/{key}/content', tags: ['Files'], summary: 'Download a file by its link from an email' })
  .input(linkRef)
  .output(fileOutput)
  .handler(async ({ context, input }) => {
    const { file, until } = await readLink(context, input.key)
    if (until <= context.now) throw forbidden('files.linkExpired')
    const bytes = await readFile(context.tenant.ref, file)
    if (!bytes) throw notFound('file')
    guard(context, file.name, false)
    return new File([bytes as Uint8Array<ArrayBuffer>], file.name, { type: 'application/octet-stream' })
  })
