import type { Work } from '../events/work'
import type { Brand, LaidOut, MailPart } from '../mail/layout'
import { mailBodies } from '../mail/template'
import { documentOf, type Translator, translatorFor } from '../text/translator'
import { fillBody, fillSubject, type MailBlocks, type MailTemplate, type MailValues, templateFor } from './mail-template'
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

export async function brandOf({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>): Promise<Brand> {
  const select = { accent: true, logoUrl: true }
  const { accent, logoUrl } = await tx.workspace.findUniqueOrThrow({ where: { tenantId: tenant.ref.id }, select })
  return { name: tenant.name, accent, logoUrl: logoUrl && /^https?:/i.test(logoUrl) ? logoUrl : null }
}

/** The mail of an event to a reader, in the workspace's own words where it wrote any. */
export async function writeLetter(
  work: Work,
  event: TemplateEventName,
  reader: Reader,
  write: (t: Translator) => Letter | Promise<Letter>,
): Promise<WrittenLetter> {
  const t = await translatorFor(reader, work.tenant)
  return renderLetter(work, t, await templateFor(work, t, event, reader), await write(t))
}

export async function renderLetter(
  work: Pick<Work, 'tx' | 'tenant'>,
  t: Translator,
  template: MailTemplate,
  { values, blocks = {}, above = [], below = [], footer, isPersonal }: Letter,
): Promise<WrittenLetter> {
  const filled = { ...values, 'workspace.name': work.tenant.name }
  const parts = [...above, ...fillBody(t, template, filled, blocks), ...below]
  const brand = isPersonal ? null : await brandOf(work)
  const laidOut = { ...documentOf(t), brand, parts, footer: footer ?? (brand ? { text: brand.name } : undefined) }
  return { subject: fillSubject(template.subject, filled), ...(await mailBodies(laidOut)) }
}

/** A mail of the product's own that no workspace rewrites, such as a warning about an account. */
export async function renderFixed(work: Work, t: Translator, parts: MailPart[]): Promise<{ text: string; html: string }> {
  const brand = await brandOf(work)
  return mailBodies({ ...documentOf(t), brand, parts, footer: { text: brand.name } })
}
