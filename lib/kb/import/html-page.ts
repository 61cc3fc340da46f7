import { Parser } from 'htmlparser2'
import { lineOfText } from '../../core/text'
import { type MarkdownArticle, readFront } from './markdown'

/** What a page says of itself, by the names that front matter has for it. */
const metaFields: Record<string, string> = {
  description: 'excerpt',
  keywords: 'seoKeywords',
  'og:title': 'title',
  'og:description': 'excerpt',
}
/** The part of a page that is its article, the surest first. */
const parts = ['article', 'main', 'body']
/** What stands in an article's part and is not of its text. */
const around = new Set(['nav', 'header', 'footer', 'aside', 'form'])

/** Reads a page, or a piece of HTML: its article without what stands around it, and what its head says of it. It never throws. */
export function readPage(html: string): MarkdownArticle {
  const values: Record<string, unknown> = {}
  const found = new Map<string, { start: number; end: number }>()
  const left: { start: number; end: number }[] = []
  const open: { name: string; start: number }[] = []
  let title = ''
  let heading: { text: string; start: number; end: number } | null = null
  let isHeading = false
  const parser = new Parser({
    onopentag(name, attributes) {
      // Named or not, what lies deeper than this is refused later.
      if (open.length < 1000) open.push({ name, start: parts.includes(name) ? parser.endIndex + 1 : parser.startIndex })
      if (name === 'html' && attributes.lang) values.lang = attributes.lang
      const field = metaFields[(attributes.name ?? attributes.property ?? '').toLowerCase()]
      if (name === 'meta' && field && attributes.content) values[field] ??= attributes.content
      if (name === 'link' && attributes.rel === 'canonical' && attributes.href) values.canonicalUrl ??= attributes.href
      if (name === 'h1' && !heading) {
        heading = { text: '', start: parser.startIndex, end: 0 }
        isHeading = true
      }
    },
    ontext(text) {
      if (open.at(-1)?.name === 'title') title += text
      if (isHeading && heading) heading.text += text
    },
    onclosetag(name) {
      const last = open.at(-1)
      if (last?.name !== name) return
      open.pop()
      if (parts.includes(name) && !found.has(name)) found.set(name, { start: last.start, end: parser.startIndex })
      if (around.has(name)) left.push({ start: last.start, end: parser.endIndex + 1 })
      if (name === 'h1' && isHeading && heading) {
        heading.end = parser.endIndex + 1
        isHeading = false
      }
    },
  })
  parser.end(html)
  const part = parts.map((name) => found.get(name)).find((each) => each !== undefined) ?? { start: 0, end: html.length }
  const first = heading as { text: string; start: number; end: number } | null
  const said = lineOfText(first?.text ?? '').trim()
  const isWithin = first !== null && first.end > 0 && first.start >= part.start && first.end <= part.end
  if (!isWithin && title) values.title ??= title
  const { front, others, problems } = readFront(values)
  if (isWithin && said) delete front.title
  const cuts = [...left, ...(isWithin && said ? [first] : [])].filter(({ start, end }) => start >= part.start && end <= part.end)
  return { front, others, problems, isFrontBroken: false, html: withoutRanges(html, part, cuts), heading: isWithin && said ? said : null }
}

function withoutRanges(html: string, { start, end }: { start: number; end: number }, cuts: readonly { start: number; end: number }[]) {
  let text = ''
  let at = start
  for (const each of cuts.toSorted((a, b) => a.start - b.start)) {
    if (each.start < at) continue
    text += html.slice(at, each.start)
    at = each.end
  }
  return text + html.slice(at, end)
}
