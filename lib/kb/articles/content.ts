import { compile } from 'html-to-text'
import sanitizeHtml from 'sanitize-html'
import { invalid } from '../../core/errors'
import { isReadable } from '../../core/html'
import { msg } from '../../core/message'
import { cut } from '../../core/text'
import { slugOf } from './slug'
import { longestContent } from './values'
import { videoAt } from './video'

export interface Content {
  /** HTML that can do no harm. */
  content: string
  contentText: string
  readingMinutes: number
}

/** Levels of lists, quotes and tables within each other. */
const deepest = 40
/** Of what an editor writes each begins a tag. */
const mostBrackets = 20_000
const longestAnchor = 60
const shownOfText = 160

const clean = (html: string): string =>
  sanitizeHtml(html, {
    allowedTags: [
      'a', 'b', 'blockquote', 'br', 'caption', 'code', 'div', 'em', 'figcaption', 'figure', 'h2', 'h3', 'h4', 'hr', 'i', 'img', 'li', 'ol',
      'p', 'pre', 's', 'span', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'u', 'ul',
    ], // biome-ignore format: a list reads better than a column
    allowedAttributes: {
      a: ['href', 'title', 'rel', 'data-video'],
      img: ['src', 'alt', 'width', 'height'],
      td: ['colspan', 'rowspan'],
      th: ['colspan', 'rowspan', 'scope'],
      ol: ['start'],
      h2: ['id'],
      h3: ['id'],
      h4: ['id'],
      div: ['data-callout'],
      '*': ['dir', 'lang'],
    },
    allowedClasses: { code: ['language-*'] },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['https'] },
    allowProtocolRelative: false,
    transformTags: {
      // The page has the first level for its title.
      h1: 'h2',
      h5: 'h4',
      h6: 'h4',
      a: (tagName, { rel: _, 'data-video': shown, ...given }) => {
        const video = shown === undefined ? null : videoAt(given.href ?? '')
        const attribs = video ? { ...given, href: video.address, 'data-video': video.provider } : given
        const isElsewhere = /^https?:/i.test(attribs.href ?? '')
        return { tagName, attribs: (isElsewhere ? { ...attribs, rel: 'noopener noreferrer nofollow' } : attribs) as Record<string, string> }
      },
      img: (tagName, { width, height, ...attribs }) => ({
        tagName,
        attribs: { ...attribs, alt: attribs.alt ?? '', ...sized({ width, height }) } as Record<string, string>,
      }),
      div: (tagName, { 'data-callout': kind, ...attribs }) => ({
        tagName,
        attribs: (callouts.includes(kind ?? '') ? { ...attribs, 'data-callout': kind } : attribs) as Record<string, string>,
      }),
    },
    exclusiveFilter: ({ tag, attribs }) => tag === 'img' && !attribs.src,
    nonTextTags: ['script', 'style', 'option', 'textarea', 'noscript', 'title'],
  })

const callouts = ['info', 'tip', 'warning', 'danger']
const sized = (size: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(size).filter(([, value]) => /^\d{1,4}$/.test(value ?? '')))

/**
 * What a writer sent, as it is stored: cleaned by the allow list, with an anchor at each heading.
 * @throws INVALID for what is too long or too deep, before anything looks at it closely
 */
export function readContent(html: string): Content {
  const content = withAnchors(cleanContent(html))
  const contentText = textOf(content)
  return { content, contentText, readingMinutes: readingMinutes(contentText) }
}

/** The same, without anchors: what is stored is made of it once its links and pictures are known. */
export function cleanContent(html: string): string {
  if (html.length > longestContent) throw invalid({ content: [msg('kb.contentTooLong', { maximum: longestContent })] })
  if (html.split('<').length > mostBrackets || !isReadable(html)) throw invalid({ content: ['kb.contentTooComplex'] })
  const tidy = clean(html)
  if (tidy.length > longestContent || depthOf(tidy) > deepest) throw invalid({ content: ['kb.contentTooComplex'] })
  if (hasUntitledVideo(tidy)) throw invalid({ content: ['kb.videoTitle'] })
  return tidy
}

/** A video is read out and printed as its title. */
const hasUntitledVideo = (html: string) =>
  [...html.matchAll(/<a [^<>]*data-video="[^<>"]*"[^<>]*>(.*?)<\/a>/gs)].some(
    ([, inner = '']) => !inner.replace(/<[^<>]*>|\s|\u00a0|&nbsp;/g, ''),
  )

/** Of HTML that was cleaned: there each tag that opens closes. */
function depthOf(html: string): number {
  let depth = 0
  let most = 0
  for (const [tag] of html.matchAll(/<\/?[a-z][^<>]*>/g)) {
    if (tag.startsWith('</')) depth--
    else if (!/^<(?:br|hr|img)\b/.test(tag)) most = Math.max(most, ++depth)
  }
  return most
}

/** Headings keep the anchor that they have, so that links to them go on; one that has none gets it from its words. */
function withAnchors(html: string): string {
  const taken = new Map<string, number>()
  const known = /^s-[\p{L}\p{M}\p{N}-]{1,80}$/u
  return html.replace(/<(h[2-4])((?:\s[^<>]*)?)>(.*?)<\/\1>/gs, (_, tag: string, attributes: string, inner: string) => {
    const given = /\sid="([^"]*)"/.exec(attributes)?.[1] ?? ''
    const rest = withoutId(attributes)
    const words = cut(slugOf(decoded(inner.replace(/<[^<>]*>/g, ' '))), longestAnchor).replace(/-+$/, '')
    const base = known.test(given) ? given : `s-${words || 'section'}`
    let anchor = base
    let n = taken.get(base) ?? 1
    while (taken.has(anchor)) anchor = `${base}-${++n}`
    taken.set(base, n).set(anchor, 1)
    // A heading within it, in a block, has no anchor of its own.
    return `<${tag} id="${anchor}"${rest}>${inner.replace(/<h[2-4]\s[^<>]*>/g, withoutId)}</${tag}>`
  })
}

const withoutId = (attributes: string) => attributes.replace(/\sid="[^"]*"/, '')

const decoded = (text: string) => text.replace(/&(?:amp|lt|gt|quot|#\d+);/g, ' ')

/** @throws INVALID for an article that says and shows nothing */
export function refuseEmpty({ content }: Pick<Content, 'content'>) {
  if (!content.replace(/<[^<>]*>|\s|\u00a0|&nbsp;/g, '') && !content.includes('<img')) throw invalid({ content: ['kb.empty'] })
}

/** The words of an article, as they are searched, compared and counted. */
const textOf = (html: string): string =>
  toText(html.replace(/<\/t[dh]>/g, ' $&'))
    // Whole runs are matched, whatever follows: else a long one would be looked through from each of its places.
    .replace(/[ \t]+(\n|$)?/g, (run, end?: string) => end ?? run)
    .trim()

const selectors = [
  { selector: 'a', options: { ignoreHref: true } },
  { selector: 'img', format: 'skip' },
  ...['h2', 'h3', 'h4'].map((selector) => ({ selector, options: { uppercase: false } })),
  { selector: 'ul', options: { itemPrefix: '- ' } },
  { selector: 'li > p', format: 'paragraph', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
  ...['tr', 'table'].map((selector) => ({ selector, format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } })),
]
const toText = compile({ wordwrap: false, selectors })
const toParagraphs = compile({
  wordwrap: false,
  selectors: [...selectors, ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, format: 'skip' }))],
})

const wordsAMinute = 200
/** Scripts without spaces: so many characters are read like a word. */
const charactersAWord = 2.5

export function wordsIn(text: string): number {
  const dense =
    text.match(/[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/gu)?.length ?? 0
  const spaced = text
    .replace(/[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]+/gu, ' ')
    .match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*/gu)
  return (spaced?.length ?? 0) + Math.ceil(dense / charactersAWord)
}

const readingMinutes = (text: string): number => Math.max(1, Math.ceil(wordsIn(text) / wordsAMinute))

const lineOf = (text: string) => text.replace(/\s+/g, ' ').trim()

/** What a list shows of an article whose writer gave no excerpt: its first words, below whatever heading they stand. */
export function excerptOf(excerpt: string, { content, contentText }: Pick<Content, 'content' | 'contentText'>): string {
  if (excerpt) return excerpt
  const line = lineOf(toParagraphs(content)) || lineOf(contentText)
  if (line.length <= shownOfText) return line
  const shown = cut(line, shownOfText)
  const space = shown.lastIndexOf(' ')
  return `${(space > shownOfText / 2 ? shown.slice(0, space) : shown).trimEnd()}…`
}
