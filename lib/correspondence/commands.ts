import { z } from 'zod'
import { conflict, forbidden, notFound, rateLimited } from '../core/errors'
import { newId } from '../core/id'
import { maxVersion, ok, versionInput } from '../core/schema'
import { mailHostOf, senderOf } from '../mail/addresses'
import { queueMail } from '../mail/outbox'
import { adminProcedure } from '../procedure/builders'
import { takeToken } from '../procedure/rate-limit'
import { wordsFor } from '../procedure/words'
import { readTemplate, renderExample, templateRef } from './queries'
import { mailTemplateOutput, templateInput } from './schema'
import { checkTemplate } from './template-check'

export const saveMailTemplate = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({
    method: 'PUT',
    path: '/settings/mail/templates/{event}/{language}',
    tags: ['Mail'],
    summary: 'Write an email yourself, for a language or for `all`; version 0 while it is the default',
  })
  .input(templateRef.extend({ version: z.coerce.number().int().min(0).max(maxVersion), ...templateInput }))
  .output(mailTemplateOutput)
  .handler(async ({ context, input: { event, language, version, ...given } }) => {
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    const words = await wordsFor(context.caller)
    const before = await readTemplate(context, { event, language }, words)
    const after = checkTemplate(event, given)
    const { count } =
      version === 0
        ? await tx.mailTemplate.createMany({
            data: [{ tenantId, id: newId(), event, language, ...after, createdAt: now, updatedAt: now }],
            skipDuplicates: true,
          })
        : await tx.mailTemplate.updateMany({
            where: { tenantId, event, language, version },
            data: { ...after, version: { increment: 1 } },
          })
    if (count === 0) throw conflict('changedByOther', before.version)
    const { subject, bodyHtml } = before
    emit('mail_template.changed', { event, language, before: { subject, bodyHtml }, after: { ...after } })
    return readTemplate(context, { event, language }, words)
  })

export const resetMailTemplate = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({
    method: 'POST',
    path: '/settings/mail/templates/{event}/{language}/reset',
    tags: ['Mail'],
    summary: 'Go back to the default text of an email',
  })
  .input(templateRef.extend({ version: versionInput }))
  .output(mailTemplateOutput)
  .handler(async ({ context, input: { version, ...ref } }) => {
    const { tx, tenant, emit } = context
    const words = await wordsFor(context.caller)
    const before = await readTemplate(context, ref, words)
    if (before.version === 0) throw notFound('mailTemplate')
    const { count } = await tx.mailTemplate.deleteMany({ where: { tenantId: tenant.ref.id, ...ref, version } })
    if (count === 0) throw conflict('changedByOther', before.version)
    emit('mail_template.reset', { ...ref, before: { subject: before.subject, bodyHtml: before.bodyHtml } })
    return readTemplate(context, ref, words)
  })

/** Each test is a mail that somebody pays for. */
const testsInTenMinutes = 10
const tenMinutes = 10 * 60_000

/** By the way of every mail, so that one sees what arrives. */
export const testMailTemplate = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({
    method: 'POST',
    path: '/settings/mail/templates/{event}/{language}/test',
    tags: ['Mail'],
    summary: 'Send yourself an email as a template makes it, filled in with an example and marked as a test',
  })
  .input(templateRef.extend(templateInput))
  .output(ok)
  .handler(async ({ context, input: { event, language, ...given } }) => {
    const { tenant, actor, now } = context
    if (actor.kind !== 'person') throw forbidden('mailTemplates.personOnly')
    const verdict = await takeToken(`mail-test:${tenant.ref.id}:${actor.id}`, testsInTenMinutes, now.getTime(), tenMinutes)
    if (!verdict.allowed) throw rateLimited(verdict.resetSeconds)
    const words = await wordsFor(context.caller)
    const { subject, text, html } = await renderExample(context, { event, language }, given)
    await queueMail(context, {
      from: senderOf(tenant),
      to: [actor.email],
      subject: words('mails.test', { subject }),
      text,
      html,
      isAsked: true,
      messageId: `test-${newId()}@${mailHostOf(tenant.ref)}`,
      isAutomatic: true,
    })
    return { ok: true as const }
  })
