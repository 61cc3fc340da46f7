import { compile, type FormatCallback } from 'html-to-text'
import sanitizeHtml from 'sanitize-html'

/** Larger or more tangled than any letter: making it harmless would take longer than anybody may be kept waiting. */
export const maxHtml = 300_000
const maxTags = 8000
const maxDepth = 400

/** Whether HTML is small and flat enough to be looked into; one pass, no nesting to fall for. */
export function isReadable(html: string): boolean {
  if (html.length > maxHtml) return false
  let tags = 0
  let depth = 0
  for (const [tag] of html.matchAll(/<\/?[a-z!][^<>]{0,200}/gi)) {
    if (++tags > maxTags) return false
    if (tag.startsWith('</')) depth = Math.max(0, depth - 1)
    else if (!/^<(?:br|img|hr|meta|link|input|!)/i.test(tag) && ++depth > maxDepth) return false
  }
  return true
}

/**
 * HTML that came from outside, reduced to what can do no harm: no scripts, styles, forms, frames or remote images. Of a picture that
 * came with it `pictureOf` says the name, as "cid:..."; one that lies elsewhere keeps its address as `data-remote`, which no browser
 * loads; others are taken out.
 */
export const sanitizeMailHtml = (html: string, pictureOf: (src: string) => string | null = () => null): string =>
  sanitizeHtml(html, {
    allowedTags: [
      'a', 'b', 'blockquote', 'br', 'code', 'div', 'em', 'h1', 'h2', 'h3', 'h4', 'hr', 'i', 'img', 'li', 'ol', 'p', 'pre', 's',
      'span', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'u', 'ul',
    ], // biome-ignore format: a list reads better than a column
    allowedAttributes: {
      a: ['href', 'title', 'rel', 'target'],
      img: ['data-remote', 'src', 'alt', 'width', 'height'],
      td: ['colspan', 'rowspan'],
      th: ['colspan', 'rowspan'],
      table: ['border'],
      '*': ['dir'],
    },
    // Outlook's paragraph, which is a line.
    allowedClasses: { p: ['MsoNormal'], li: ['MsoNormal'], div: ['MsoNormal'] },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['cid'] },
    allowProtocolRelative: false,
    transformTags: {
      a: sanitizeHtml.simpleTransform('a', { rel: 'noopener noreferrer nofollow', target: '_blank' }),
      img: (tagName, { src = '', alt = '', width, height, dir }) => {
        const size = Object.fromEntries(Object.entries({ width, height }).filter(([, value]) => /^\d{1,4}$/.test(value ?? '')))
        const own = pictureOf(src)
        const place: Record<string, string> = own || !isRemotePicture(src, size) ? { src: own ?? '' } : { 'data-remote': src.trim() }
        return { tagName, attribs: { ...place, alt, ...size, ...(dir ? { dir } : {}) } as Record<string, string> }
      },
    },
    exclusiveFilter: ({ tag, attribs }) => tag === 'img' && !attribs.src && !attribs['data-remote'],
    nonTextTags: ['script', 'style', 'option'],
    nestingLimit: 60,
  })

const longestAddress = 2000

/** A picture on a server elsewhere; what is too small to be seen is there to tell who looks. */
const isRemotePicture = (src: string, size: Record<string, string | undefined>) =>
  /^\s*https?:\/\/\S+\s*$/i.test(src) &&
  src.length <= longestAddress &&
  URL.canParse(src.trim()) &&
  Object.values(size).every((length) => Number(length) > 2)

/** A colleague who is called by name: the editor's own mark, kept in notes alone. */
const mentionMarks = { span: ['data-type', 'data-id', 'data-label'] }

/** What our own editor writes, and nothing more: whoever sends it, it is not trusted. */
export const sanitizeRichText = (html: string, { keepsMentions }: { keepsMentions: boolean }): string =>
  sanitizeHtml(html, {
    allowedTags: [
      'a', 'b', 'blockquote', 'br', 'code', 'em', 'h2', 'h3', 'hr', 'i', 'li', 'ol', 'p', 'pre', 's', 'strong', 'u', 'ul',
      ...(keepsMentions ? ['span'] : []),
    ], // biome-ignore format: a list reads better than a column
    allowedAttributes: { a: ['href', 'rel', 'target'], ol: ['start'], '*': ['dir'], ...(keepsMentions ? mentionMarks : {}) },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowProtocolRelative: false,
    transformTags: {
      a: sanitizeHtml.simpleTransform('a', { rel: 'noopener noreferrer nofollow', target: '_blank' }),
      span: (tagName, attribs) => ({ tagName, attribs: attribs['data-type'] === 'mention' ? attribs : {} }),
    },
    nestingLimit: 40,
  })

const mention = /<span [^>]*data-type="mention"[^>]*>/g
const idInMention = /data-id="(person|team):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"/

/** Who is called by name in a text that went through `sanitizeRichText`. */
export function mentionsIn(html: string): { people: string[]; teams: string[] } {
  const found = { people: new Set<string>(), teams: new Set<string>() }
  for (const [tag] of html.matchAll(mention)) {
    const [, kind, id] = idInMention.exec(tag) ?? []
    if (id) (kind === 'person' ? found.people : found.teams).add(id)
  }
  return { people: [...found.people], teams: [...found.teams] }
}

/**
 * The plain twin of a rich text, as a mail has it: paragraphs with a blank line between, lists with their marks, links with their
 * address, quotes behind `>`.
 */
export const plainTwinOf = (html: string): string =>
  toPlain(withoutEmptyEnds(html))
    .replace(/[ \t]+(\n|$)?/g, (run, end?: string) => end ?? run)
    .replace(/^\n+/, '')
    .trimEnd()

/**
 * Without paragraphs that say nothing and breaks at the end of one: neither is seen where the text is formatted. Whole runs are
 * matched, whatever follows: else a long one would be looked through from each of its places.
 */
const withoutEmptyEnds = (html: string): string =>
  html
    .replace(/(?:<br\s*\/?>\s*)+(<\/(?:p|li|h2|h3|blockquote)>)?/gi, (run, end?: string) => end ?? run)
    .replace(/<p(?:\s[^<>]*)?>\s*<\/p>/gi, '')
    .replace(/\n+(<\/code><\/pre>)?/gi, (run, end?: string) => end ?? run)

/** A link with its address behind it, unless that is what it says. */
const link: FormatCallback = (element, walk, builder) => {
  const href = String(element.attribs?.href ?? '')
  let said = ''
  builder.pushWordTransform((word) => {
    said += word
    return word
  })
  walk(element.children, builder)
  builder.popWordTransform()
  const address = href.replace(/^mailto:/i, '')
  if (address && !isSaidBy(said, address)) builder.addInline(` (${address})`, { noWordTransform: true })
}

const isSaidBy = (said: string, address: string): boolean =>
  /^tel:/i.test(address) ? said.replace(/\D/g, '') === address.replace(/\D/g, '') : said.replace(/\/$/, '') === address.replace(/\/$/, '')

const toPlain = compile({
  wordwrap: false,
  formatters: { link },
  selectors: [
    { selector: 'a', format: 'link' },
    { selector: 'h2', options: { uppercase: false } },
    { selector: 'h3', options: { uppercase: false } },
    { selector: 'ul', options: { itemPrefix: '- ' } },
    // The editor has a paragraph in each item.
    { selector: 'li > p', format: 'paragraph', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
  ],
})
