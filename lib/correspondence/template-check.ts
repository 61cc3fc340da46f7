import { invalid } from '../core/errors'
import { isReadable, plainTwinOf, sanitizeRichText } from '../core/html'
import { type Filled, msg } from '../core/message'
import { visibleText } from '../core/text'
import { meantPlaceholder } from '../tickets/canned/placeholder'
import { partedAtBlocks } from './mail-template'
import { blockVariables, eventNamed, fixedSubject, type TemplateEventName, urlVariables } from './schema'

interface Written {
  subject: string
  bodyHtml: string
}

const braced = (name: string) => `{{${name}}}`
const everyPlace = /\{\{([^{}]*)\}\}/g
const namesIn = (text: string) => [...text.matchAll(everyPlace)].map(([, inside = '']) => inside.replace(/<[^>]*>|&nbsp;/g, '').trim())
/** The editor makes an address of whatever a link leads to. */
const placeInLink = / href="(?:https?:\/\/)?(?:\{\{|%7B%7B)(?:\s|%20)*([\w.]+)(?:\s|%20)*(?:\}\}|%7D%7D)\/?"/gi

/** A template as it is stored. @throws INVALID for one that could not be filled in, or would not do what it is for */
export function checkTemplate(event: TemplateEventName, { subject, bodyHtml }: Written): Written {
  if (!isReadable(bodyHtml)) throw invalid({ bodyHtml: ['tickets.tooComplex'] })
  const clean = sanitizeRichText(
    bodyHtml.replace(placeInLink, (_, name: string) => ` href="${braced(name)}"`),
    { keepsMentions: false },
  )
  const line = visibleText(subject)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
  const problems = { subject: problemOfSubject(event, line), bodyHtml: problemOfBody(event, clean) }
  const found = Object.entries(problems).flatMap(([field, problem]) => (problem ? [[field, [problem]]] : []))
  if (found.length > 0) throw invalid(Object.fromEntries(found))
  return { subject: line, bodyHtml: clean }
}

function problemOfSubject(event: TemplateEventName, subject: string): Filled | null {
  if (!eventNamed(event).hasSubject) return subject === fixedSubject ? null : msg('mailTemplates.noSubject')
  if (!subject) return msg('mailTemplates.subject')
  const block = namesIn(subject).find((name) => blockVariables.has(name))
  return block ? msg('mailTemplates.subjectBlock', { name: braced(block) }) : unknownIn(event, subject)
}

function problemOfBody(event: TemplateEventName, bodyHtml: string): Filled | null {
  if (!plainTwinOf(bodyHtml)) return msg('tickets.text')
  const unknown = unknownIn(event, bodyHtml)
  if (unknown) return unknown
  const links = [...bodyHtml.matchAll(/ href="([^"]*)"/g)].map(([, href = '']) => href)
  const isForeign = (href: string) => /\{\{|%7B%7B/i.test(href) && !urlVariables.has(/^\{\{([\w.]+)\}\}$/.exec(href)?.[1] ?? '')
  const { variables, needs = [] } = eventNamed(event)
  if (links.some(isForeign)) {
    const names = variables.filter((name) => urlVariables.has(name)).map(braced)
    return msg('mailTemplates.href', { names: names.join(', ') })
  }
  const pieces = partedAtBlocks(bodyHtml)
  const crowded = pieces.flatMap((piece, n) => (n % 2 ? [] : namesIn(piece))).find((name) => blockVariables.has(name))
  // What stands on both sides of a block is whole by itself.
  const torn = pieces.some((piece, n) => n % 2 === 0 && sanitizeRichText(piece, { keepsMentions: false }) !== piece)
  if (crowded || torn) return msg('mailTemplates.block', { name: braced(crowded ?? (pieces[1] as string)) })
  const names = namesIn(bodyHtml)
  const isThere = needs.length === 0 || needs.some((name) => names.includes(name))
  return isThere ? null : msg('mailTemplates.needs', { name: braced(needs[0] as string) })
}

function unknownIn(event: TemplateEventName, text: string): Filled | null {
  const known: readonly string[] = eventNamed(event).variables
  const name = namesIn(text).find((each) => !known.includes(each))
  if (name === undefined) return null
  const meant = meantPlaceholder(name, known)
  return meant
    ? msg('mailTemplates.meant', { name: braced(name), meant: braced(meant) })
    : msg('mailTemplates.unknown', { name: braced(name), names: known.map(braced).join(', ') })
}
