import { z } from 'zod'
import { notFound } from '../../core/errors'
import { rowsOf } from '../../db/rows'
import { typeOf } from '../../files/accept'
import { pictureTypes } from '../../files/schema'
import { agentInPieces, agentProcedure } from '../../procedure/builders'
import type { Caller } from '../../procedure/context'
import { bytesWithoutKeys, sourceOf } from './kept'
import { readMail } from './parse'
import { loadMail, mailRef } from './queries'
import { loadRaw } from './receive'
import { mailSource } from './schema'

const fileOutput = z.custom<File>((value) => value instanceof Blob)

/** Nothing of it runs on the workspace's own host: only pictures are shown, the rest is saved. */
function guarded({ responseHeaders: headers }: Caller, bytes: Uint8Array, name: string, type = 'application/octet-stream') {
  const ascii = name.replace(/[^\x20-\x7e]|["\\]/g, '_')
  const how = pictureTypes.includes(type) ? 'inline' : 'attachment'
  headers?.set('Content-Disposition', `${how}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name.toWellFormed())}`)
  headers?.set('Content-Security-Policy', "default-src 'none'; sandbox")
  headers?.set('X-Content-Type-Options', 'nosniff')
  return new File([bytes as Uint8Array<ArrayBuffer>], name, { type })
}

export const downloadMail = agentInPieces
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/settings/mail/messages/{id}/source',
    tags: ['Mail'],
    summary: 'Download an email as it came in, but for the keys of links to requests',
  })
  .input(mailRef)
  .output(fileOutput)
  .handler(async ({ context, input: { id } }) => {
    await context.piece((work) => loadMail(work, id))
    const raw = await loadRaw(context.tenant, id)
    return guarded(context.caller, bytesWithoutKeys(raw), `${id}.eml`)
  })

export const downloadMailFile = agentInPieces
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/settings/mail/messages/{id}/files/{n}',
    tags: ['Mail'],
    summary: 'Download an attachment of an email, by its place in the list',
  })
  .input(mailRef.extend({ n: z.coerce.number().int().min(0).max(1000) }))
  .output(fileOutput)
  .handler(async ({ context, input: { id, n } }) => {
    await context.piece((work) => loadMail(work, id))
    const mail = await readMail(context.tenant.ref.id, await loadRaw(context.tenant, id)).catch(() => null)
    const file = mail?.files[n]
    if (!file) throw notFound('file')
    const type = await typeOf(file.bytes, file.contentType)
    if (pictureTypes.includes(type)) return guarded(context.caller, file.bytes, file.name, type)
    return guarded(context.caller, bytesWithoutKeys(Buffer.from(file.bytes)), file.name)
  })

/** How much of the source of an email is shown. */
export const longestSource = 100_000

/** The headers and the beginning of an email as text, never as what a browser would show. */
export const readSource = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/settings/mail/messages/{id}/text',
    tags: ['Mail'],
    summary: 'Read the headers and the source of an email',
  })
  .input(mailRef)
  .output(mailSource)
  .handler(async ({ context, input: { id } }) => {
    await loadMail(context, id)
    const [row] = await rowsOf(
      sourceRow,
      context.tx.$queryRaw`
        SELECT substring(m.raw FOR ${longestSource}) AS raw, length(m.raw) + coalesce((SELECT sum(length(p.bytes)) FROM inbound_mail_part p
          WHERE p.tenant_id = m.tenant_id AND p.mail_id = m.id), 0)::int AS size
        FROM inbound_mail m WHERE m.tenant_id = ${context.tenant.ref.id}::uuid AND m.id = ${id}::uuid`,
    )
    if (!row) throw notFound('email')
    const raw = Buffer.from(row.raw)
    return { ...sourceOf(raw), size: row.size, isCut: row.size > raw.length }
  })

export const sourceRow = z.object({ raw: z.instanceof(Uint8Array), size: z.number().int() })
