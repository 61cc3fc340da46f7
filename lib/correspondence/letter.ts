import { z } from 'zod'
import { notFound } from '../core/errors'
import { plannedOnce } from '../db/prepared'
import { rowsOf } from '../db/rows'
import type { Work } from '../events/work'
import type { Brand, LaidOut, MailPart } from '../mail/layout'
import { mailBodies } from '../mail/template'
import { documentOf, type Translator, translatorFor } from '../text/translator'
import { fillBody, fillSubject, type MailBlocks, type MailTemplate, type MailValues, type OwnTemplate, templateFor } from './mail-template'
import type { TemplateEventName } from './schema'

export interface Reader {
  locale: string | null
  timeZone: string | null
}

export interface Letter {
  values: MailValues
  blocks?: MailBlocks
  /** Above the text, whoever wrote that. */
  above?: MailPart[]
  /** Below the text, whoever wrote that: a signature, what else happened. */
  below?: MailPart[]
  footer?: LaidOut['footer']
  /** Where a person writes, the workspace keeps its colours to itself. */
  isPersonal?: boolean
}

export interface WrittenLetter {
  subject: string
  text: string
  html: string
}

const designRow = z.object({
  accent: z.string(),
  logoUrl: z.string().nullable(),
  templates: z.array(z.object({ event: z.string(), subject: z.string(), bodyHtml: z.string(), language: z.string() })),
})

/** What a workspace's mails look like, and its own texts of them. */
interface MailDesign {
  brand: Brand
  templates: OwnTemplate[]
}

/** @param events which mails it may become */
export async function designOf({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, ...events: TemplateEventName[]): Promise<MailDesign> {
  const query = tx.$queryRaw`
    SELECT ${plannedOnce} w.accent, w.logo_url AS "logoUrl",
      (SELECT coalesce(jsonb_agg(jsonb_build_object('event', m.event, 'subject', m.subject, 'bodyHtml', m.body_html, 'language', m.language)), '[]')
        FROM mail_template m WHERE m.tenant_id = w.tenant_id AND m.event = ANY(${events}::text[])) AS templates
    FROM workspace w WHERE w.tenant_id = ${tenant.ref.id}::uuid`
  const [row] = await rowsOf(designRow, query)
  if (!row) throw notFound('workspace')
  const { accent, logoUrl, templates } = row
  return { brand: { name: tenant.name, accent, logoUrl: logoUrl && /^https?:/i.test(logoUrl) ? logoUrl : null }, templates }
}

export const brandOf = async (work: Pick<Work, 'tx' | 'tenant'>): Promise<Brand> => (await designOf(work)).brand

/**
 * The mail of an event to a reader, in the workspace's own words where it wrote any.
 * @param given where it was read already, with what else the mail needs
 */
export async function writeLetter(
  work: Work,
  event: TemplateEventName,
  reader: Reader,
  write: (t: Translator) => Letter | Promise<Letter>,
  given?: MailDesign,
): Promise<WrittenLetter> {
  const t = await translatorFor(reader, work.tenant)
  const { brand, templates } = given ?? (await designOf(work, event))
  return renderLetter(work, t, templateFor(work, t, event, reader, templates), brand, await write(t))
}

export async function renderLetter(
  work: Pick<Work, 'tenant'>,
  t: Translator,
  template: MailTemplate,
  of: Brand,
  { values, blocks = {}, above = [], below = [], footer, isPersonal }: Letter,
): Promise<WrittenLetter> {
  const filled = { ...values, 'workspace.name': work.tenant.name }
  const parts = [...above, ...fillBody(t, template, filled, blocks), ...below]
  const brand = isPersonal ? null : of
  const laidOut = { ...documentOf(t), brand, parts, footer: footer ?? (brand ? { text: brand.name } : undefined) }
  return { subject: fillSubject(template.subject, filled), ...(await mailBodies(laidOut)) }
}

/** A mail of the product's own that no workspace rewrites, such as a warning about an account. */
export async function renderFixed(work: Work, t: Translator, parts: MailPart[]): Promise<{ text: string; html: string }> {
  const brand = await brandOf(work)
  return mailBodies({ ...documentOf(t), brand, parts, footer: { text: brand.name } })
}
