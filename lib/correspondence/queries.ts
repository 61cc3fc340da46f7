import { z } from 'zod'
import type { Work } from '../events/work'
import { adminProcedure } from '../procedure/builders'
import { wordsFor } from '../procedure/words'
import { fitting, languageFor } from '../text/language'
import { type Translator, translator } from '../text/translator'
import { brandOf, renderLetter, type WrittenLetter } from './letter'
import { defaultTemplate } from './mail-template'
import {
  eventNamed,
  everyLanguage,
  type MailTemplateOutput,
  mailTemplateOutput,
  mailVariables,
  previewOutput,
  type TemplateEventName,
  templateEventInput,
  templateEventNames,
  templateInput,
  templateLanguageInput,
  templateSummary,
} from './schema'
import { checkTemplate } from './template-check'
import { exampleLetter } from './template-example'

export const templateRef = z.strictObject({ event: templateEventInput, language: templateLanguageInput })
export type TemplateRef = z.output<typeof templateRef>

export const listMailTemplates = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({
    method: 'GET',
    path: '/settings/mail/templates',
    tags: ['Mail'],
    summary: 'List the emails that can be rewritten, and the languages in which they are',
  })
  .output(z.object({ items: z.array(templateSummary) }))
  .handler(async ({ context: { tx, tenant } }) => {
    const rows = await tx.mailTemplate.findMany({
      where: { tenantId: tenant.ref.id },
      select: { event: true, language: true },
      orderBy: { language: 'asc' },
      take: 2000,
    })
    const languagesOf = (event: string) => rows.filter((row) => row.event === event).map(({ language }) => language)
    return { items: templateEventNames.map((event) => ({ event, languages: languagesOf(event) })) }
  })

/** In what language the catalogue speaks where a template is for a language, or for all. */
const translatorOf = ({ tenant }: Pick<Work, 'tenant'>, language: string): Promise<Translator> =>
  translator((language !== everyLanguage && fitting(language)) || languageFor({ workspace: tenant.locale }))

/** What is saved, else the default. */
export async function readTemplate(work: Work, { event, language }: TemplateRef, words: Translator): Promise<MailTemplateOutput> {
  const key = { tenantId: work.tenant.ref.id, event, language }
  const row = await work.tx.mailTemplate.findUnique({ where: { tenantId_event_language: key } })
  const text = row ?? defaultTemplate(await translatorOf(work, language), event)
  const { version, createdAt, updatedAt } = row ?? { version: 0, createdAt: null, updatedAt: null }
  const variables = eventNamed(event).variables.map((name) => ({ name, says: words(`mails.variables.${mailVariables[name]}`) }))
  return { event, language, version, createdAt, updatedAt, subject: text.subject, bodyHtml: text.bodyHtml, variables }
}

export const getMailTemplate = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({
    method: 'GET',
    path: '/settings/mail/templates/{event}/{language}',
    tags: ['Mail'],
    summary: 'Read the template of an email for a language, or for `all`: the saved one, else the default (version 0)',
  })
  .input(templateRef)
  .output(mailTemplateOutput)
  .handler(async ({ context, input }) => readTemplate(context, input, await wordsFor(context.caller)))

/** @throws INVALID as saving it would */
export async function renderExample(
  work: Work,
  { event, language }: TemplateRef,
  given: { subject: string; bodyHtml: string },
): Promise<WrittenLetter> {
  const t = await translatorOf(work, language)
  const template = { ...checkTemplate(event, given), language }
  return renderLetter(work, t, template, await brandOf(work), await exampleLetter(work, t, event as TemplateEventName))
}

export const previewMailTemplate = adminProcedure
  .meta({ permission: 'mail.manage', changesNothing: true })
  .route({
    method: 'POST',
    path: '/settings/mail/templates/{event}/{language}/preview',
    tags: ['Mail'],
    summary: 'Show an email as a template makes it, filled in with an example',
  })
  .input(templateRef.extend(templateInput))
  .output(previewOutput)
  .handler(({ context, input: { event, language, ...given } }) => renderExample(context, { event, language }, given))
