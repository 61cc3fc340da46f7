import { htmlToText } from 'html-to-text'
import { isReadable } from '../../core/html'
import { cut } from '../../core/text'
import type { LimitCode } from './mime/entity'

/** What one place of a message says, in one or both forms. */
export interface Passage {
  plain: string | null
  html: string | null
  /** The Content-ID of a picture that stands here, between texts. */
  picture?: string
}

/** All of it as HTML; null when nothing was formatted. */
export function htmlOf(passages: readonly Passage[]): string | null {
  const formatted = passages.flatMap(({ html }) => html ?? [])
  if (formatted.length === 0) return null
  const isPlaced = (id: string) => formatted.some((html) => html.includes(`cid:${id}`))
  const picture = (id: string) => (isPlaced(id) ? '' : `<div><img src="cid:${encodeURIComponent(id)}"></div>`)
  return passages.map((each) => each.html ?? (each.picture ? picture(each.picture) : asHtml(each.plain ?? ''))).join('\n')
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const asHtml = (text: string) =>
  `<div>${text
    .trim()
    .replace(/[&<>]/g, (sign) => entities[sign] as string)
    .replaceAll('\n', '<br>')}</div>`

/** All of it as words. */
export function textOf(passages: readonly Passage[], limits: Set<LimitCode>): string {
  return passages
    .map((passage) => wordsOf(passage, limits).trim())
    .filter(Boolean)
    .join('\n\n')
}

function wordsOf({ plain, html }: Passage, limits: Set<LimitCode>): string {
  const text = withoutMarks(plain ?? '')
  if (html === null) return text
  if (!text.trim()) return htmlWords(html, limits)
  // Some programs send a stub, or the beginning, as the plain twin.
  if (!isReadable(html)) return text
  const formatted = htmlWords(html, limits)
  const [said, shown] = [wordSet(text), wordSet(formatted)]
  const missing = [...shown].filter((word) => !said.has(word)).length
  if (missing * 2 < shown.size) return text
  const isContained = [...said].every((word) => shown.has(word))
  return isContained ? formatted : `${text.trim()}\n\n${formatted}`
}

/** What some programs write in plain text where a picture is. */
const withoutMarks = (text: string) => text.replace(/[ \t]?\[cid:[^\]\s]{1,200}\]/g, '')

/** Both forms of one passage. A formatted one that says hardly anything of what the plain one does is shown below it, or not at all. */
export function twinsOf(plain: string | null, html: string | null): Passage {
  if (plain === null || html === null || !isReadable(html)) return { plain, html }
  const said = lettersOf(withoutMarks(plain).replace(/https?:\/\/\S+/g, ' '))
  // Nearly every mail says enough at first sight, without its words being looked up.
  if (
    lettersOf(html.replace(unseen, '').replace(/<(style|script)\b[^<>]{0,500}>[^<]*|<[^<>]*>|&[a-z]{1,8};/gi, '')).length * 2 >=
    said.length
  )
    return { plain, html }
  const shown = lettersOf(htmlWords(html.replace(unseen, ''), new Set()))
  const addsNothing = said.includes(shown) && !/<img\b/i.test(html)
  return { plain, html: addsNothing ? null : `${asHtml(withoutMarks(plain))}\n${html}` }
}

const lettersOf = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')

/** What a sender hides of their own formatted text. */
const unseen = /<(\w{1,10})\b[^<>]{0,300}display:\s*none[^<>]{0,300}>[^<>]{0,2000}<\/\1>/gi

export const wordSet = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu))

/** The words of HTML as they stand on the page. */
function htmlWords(html: string, limits: Set<LimitCode>): string {
  if (!isReadable(html)) {
    limits.add('html')
    return withoutTags(html)
  }
  return htmlToText(html, {
    wordwrap: false,
    formatters: {
      cell: (element, walk, builder) => {
        walk(element.children, builder)
        builder.addInline(' ')
      },
    },
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['(', ')'], ignoreHref: false } },
      { selector: 'img', format: 'skip' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
      { selector: 'tr', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
      ...['td', 'th'].map((selector) => ({ selector, format: 'cell' })),
    ],
  })
}

const longestStripped = 800_000
const longestWords = 190_000

/** The first words of HTML that is too long or too tangled to be converted with care; all of it is to be had as a file. */
function withoutTags(html: string): string {
  const words = cut(html, longestStripped)
    .replace(/<(style|script)\b[^<>]{0,500}>[^<]*/gi, ' ')
    .replace(/<[^<>]*>?/g, ' ')
    .replace(/&nbsp;/gi, ' ')
    .replace(/&lt;/gi, '<')
    .replace(/&gt;/gi, '>')
    .replace(/&amp;/gi, '&')
    .replace(/[ \t]{2,}/g, ' ')
  return cut(words, longestWords)
}
