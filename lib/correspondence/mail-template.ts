import { plainTwinOf, sanitizeRichText } from '../core/html'
import { escapeHtml } from '../core/plain'
import { visibleText } from '../core/text'
import type { Work } from '../events/work'
import type { MailPart } from '../mail/layout'
import { directionOfText } from '../mail/template'
import { languageFor } from '../text/language'
import { documentOf, type Translator } from '../text/translator'
import { fillPlaceholders } from '../tickets/canned/placeholder'
import { blockVariables, everyLanguage, fixedSubject, type MailVariable, type TemplateEventName, urlVariables } from './schema'

export interface MailTemplate {
  subject: string
  bodyHtml: string
  /** Of a language, or of any; null for the catalogue's text. */
  language: string | null
}

export type MailValues = Partial<Record<MailVariable, string>>
export type MailBlocks = Partial<Record<MailVariable, MailPart[]>>

const place = (name: MailVariable) => `{{${name}}}`

/** The catalogue's text of a mail, written as a workspace would write it. */
export function defaultTemplate(t: Translator, event: TemplateEventName): MailTemplate {
  const [subject, paragraphs] = textOf(t, event)
  return { subject, bodyHtml: paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join(''), language: null }
}

function textOf(t: Translator, event: TemplateEventName): [subject: string, paragraphs: string[]] {
  const number = place('ticket.number')
  const titled = `[${number}] ${place('ticket.title')}`
  const workspace = place('workspace.name')
  const toRequester = (...said: string[]) => [t('mails.greeting', { name: place('requester.name') }), ...said, place('ticket.link')]
  const toPerson = (...said: string[]) => [t('mails.greeting', { name: place('person.name') }), ...said]
  switch (event) {
    case 'ticket_received':
      return [titled, toRequester(t('mails.request.received', { number }), t('mails.request.next'))]
    case 'ticket_follow_up':
      return [titled, toRequester(t('mails.request.continues', { earlier: place('ticket.continues'), number }), t('mails.request.next'))]
    case 'ticket_reply':
      return [fixedSubject, [place('reply')]]
    case 'ticket_resolved':
      return [fixedSubject, toRequester(t('mails.request.resolved'), place('ticket.closing'))]
    case 'ticket_merged':
      return [titled, toRequester(t('mails.request.merged', { number, into: place('ticket.mergedInto') }))]
    case 'notification':
    case 'digest':
      return [t('mails.notifications.subject', { title: place('notifications.title'), workspace }), toPerson(place('notifications'))]
    default:
      return [
        t(`mails.link.${event}.subject`, { workspace }),
        toPerson(t(`mails.link.${event}.says`), place('link'), t('mails.link.ignore')),
      ]
  }
}

interface Reader {
  locale: string | null
}

/** The languages in which a reader may have a mail, the best first: their own tag and what it is a kind of, then what they are written to in. */
export function languagesOf({ locale }: Reader, workspace: { locale: string }): string[] {
  const tags = [...(locale && locale !== 'en' ? [locale] : []), languageFor({ person: locale, workspace: workspace.locale })]
  const wider = tags.flatMap((tag) => {
    const parts = tag.toLowerCase().split('-')
    return parts.map((_, n) => parts.slice(0, parts.length - n).join('-'))
  })
  return [...new Set(wider), everyLanguage]
}

/** A text that a workspace wrote itself. */
export interface OwnTemplate {
  event: string
  subject: string
  bodyHtml: string
  language: string
}

/** The workspace's own text of a mail for a reader, else the catalogue's. */
export function templateFor(
  { tenant }: Pick<Work, 'tenant'>,
  t: Translator,
  event: TemplateEventName,
  reader: Reader,
  own: readonly OwnTemplate[],
): MailTemplate {
  const languages = languagesOf(reader, tenant)
  const best = languages.flatMap((language) => own.filter((row) => row.event === event && row.language === language))[0]
  return best ?? defaultTemplate(t, event)
}

const blockPlaces = new RegExp(
  `<p[^>]*>(?:\\s|&nbsp;)*\\{\\{\\s*(${[...blockVariables].map((name) => name.replace('.', '\\.')).join('|')})\\s*\\}\\}(?:\\s|&nbsp;)*</p>`,
)

/** A text parted where blocks stand: every second piece is the name of one. */
export const partedAtBlocks = (bodyHtml: string): string[] => bodyHtml.split(blockPlaces)

/** A subject is one line, whatever is filled in. */
export const fillSubject = (subject: string, values: MailValues): string =>
  visibleText(fillPlaceholders(subject, values, (value) => value))
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()

/** Fills in a text; blocks stand where their names do. */
export function fillBody(t: Translator, { bodyHtml, language }: MailTemplate, values: MailValues, blocks: MailBlocks): MailPart[] {
  const pieces = partedAtBlocks(bodyHtml).map((piece, n) => (n % 2 ? piece : fillPiece(piece, values)))
  const dir = language === null ? documentOf(t).dir : directionOfText(pieces.map((piece, n) => (n % 2 ? '' : plainTwinOf(piece))).join(' '))
  const lang = language === null ? documentOf(t).lang : language
  return pieces.flatMap((piece, n): MailPart[] => {
    if (n % 2) return blocks[piece as MailVariable] ?? []
    return piece === '' ? [] : [{ html: piece, dir, ...(lang === everyLanguage ? {} : { lang }) }]
  })
}

function fillPiece(piece: string, values: MailValues): string {
  const withLinks = piece.replace(/ href="\{\{\s*([\w.]+)\s*\}\}"/g, (_, name: string) => {
    const url = urlVariables.has(name) ? values[name as MailVariable] : undefined
    return url ? ` href="${escapeHtml(url)}"` : ''
  })
  const isInLink = (at: number) => withLinks.lastIndexOf('<a ', at) > withLinks.lastIndexOf('</a>', at)
  const filled = fillPlaceholders(withLinks, values, (value, name, at) => {
    const text = escapeHtml(value)
    return urlVariables.has(name) && !isInLink(at) ? `<a href="${text}">${text}</a>` : text
  })
  // What was filled in is text; what it made of the whole goes through the allow list as well.
  return sanitizeRichText(filled, { keepsMentions: false })
}
