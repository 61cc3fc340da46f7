import { Marked, type Token, type Tokens } from 'marked'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { cleanText, hasUnstorable, lineOfText } from '../../core/text'
import { deepestLevel } from '../articles/values'

/** Larger than any page of front matter. */
const longestFrontMatter = 20_000

/** A field that is missing or says something else than it should is left out; the rest of the file counts. */
const line = z.union([z.string(), z.number()]).transform((given) => lineOfText(String(given).toWellFormed()).trim())
const flag = z.boolean()
const list = z.union([z.array(line), line.transform((given) => given.split(',').map((each) => each.trim()))])
const day = z.union([z.iso.date(), z.iso.datetime({ offset: true })]).transform((given) => new Date(given))

const fields = {
  /** What another system, or our own export, calls it: a second import knows it again by that. */
  id: line.pipe(z.string().min(1).max(200)),
  title: line,
  slug: line,
  lang: line,
  category: line,
  /** The category with those above it, from the top. */
  categoryPath: z.array(line).min(1).max(deepestLevel),
  /** The id of the article that it translates, or of the first of its group. */
  translationOf: line,
  metadata: z.record(z.string(), z.unknown()),
  excerpt: line,
  tags: list,
  related: list,
  featured: flag,
  pinned: flag,
  audience: z.enum(['public', 'customers', 'agents']),
  seoTitle: line,
  seoDescription: line,
  seoKeywords: z.union([line, z.array(line).transform((all) => all.join(', '))]),
  canonicalUrl: z.url({ protocol: /^https?$/ }),
  updated: day,
  draft: flag,
}

/** What other systems call the same: Hugo, Jekyll, Docusaurus, and our own export. */
const otherNames: Record<string, keyof typeof fields> = {
  description: 'excerpt',
  summary: 'excerpt',
  keywords: 'seoKeywords',
  seo_title: 'seoTitle',
  seo_description: 'seoDescription',
  seo_keywords: 'seoKeywords',
  canonical: 'canonicalUrl',
  canonical_url: 'canonicalUrl',
  categories: 'category',
  section: 'category',
  locale: 'lang',
  language: 'lang',
  lastmod: 'updated',
  date: 'updated',
  labels: 'tags',
}

export type Front = { [K in keyof typeof fields]?: z.output<(typeof fields)[K]> }

export interface MarkdownArticle {
  front: Front
  /** Fields of the front matter that mean nothing here; kept as metadata. */
  others: Record<string, unknown>
  /** Why fields were left out. */
  problems: string[]
  /** Whether there are lines that are meant as front matter and can't be read as such. */
  isFrontBroken: boolean
  /** As Markdown says it; to be cleaned before it is stored. */
  html: string
  /** The first heading of the first level, where the front matter has no title. */
  heading: string | null
}

/**
 * Reads a Markdown file (CommonMark with GitHub's tables) with YAML front matter. It never throws: what can't be read as front
 * matter is part of the text, and text that can't be read as Markdown stays as it was written.
 */
export function readMarkdown(file: string): MarkdownArticle {
  const text = file.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n')
  const found = /^---[^\S\n]*\n([\s\S]*?)\n---[^\S\n]*(?:\n|$)/.exec(text)
  const yaml = found && (found[1] as string).length <= longestFrontMatter ? valuesOf(found[1] as string) : null
  const { front, others, problems } = yaml ? readFront(yaml) : { front: {}, others: {}, problems: [] }
  const body = yaml ? text.slice((found as RegExpExecArray)[0].length) : text
  // Lines that begin with a name and a colon; anything else between two rules is text.
  const isFrontBroken = yaml === null && /^[\w-]+:/m.test(found?.[1] ?? '')
  try {
    return { front, others, problems, isFrontBroken, ...readBody(body, front.title) }
  } catch (error) {
    // Lists and quotes within each other without end.
    if (!(error instanceof RangeError)) throw error
    return { front, others, problems: [...problems, 'text'], isFrontBroken, html: `<pre>${escaped(body)}</pre>`, heading: null }
  }
}

const escaped = (text: string) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)

function readBody(body: string, title: string | undefined): Pick<MarkdownArticle, 'html' | 'heading'> {
  const tokens = markdown.lexer(body)
  const first = tokens.find(({ type }) => type !== 'space')
  const isTitle = first?.type === 'heading' && (first as Tokens.Heading).depth === 1
  const heading = isTitle ? lineOfText(plainOf((first as Tokens.Heading).tokens)).trim() : null
  // The page says the title itself.
  const shown = isTitle && (!title || title === heading) ? tokens.filter((token) => token !== first) : tokens
  return { html: markdown.parser(shown), heading }
}

/** The words alone. */
const plainOf = (tokens: readonly Token[]): string =>
  tokens.map((token) => ('tokens' in token && token.tokens ? plainOf(token.tokens) : 'text' in token ? token.text : '')).join('')

function valuesOf(yaml: string): Record<string, unknown> | null {
  // Aliases that refer to each other grow without end; front matter needs none.
  try {
    const document = parseDocument(yaml, { schema: 'core', logLevel: 'silent', prettyErrors: false })
    if (document.errors.length > 0) return null
    const values: unknown = document.toJS({ maxAliasCount: 0 })
    return typeof values === 'object' && values !== null && !Array.isArray(values) ? (values as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** Fields as front matter, a table or another system says them; those that mean nothing here are `others`. */
export function readFront(values: Record<string, unknown>): Pick<MarkdownArticle, 'front' | 'others' | 'problems'> {
  const front: Front = {}
  const others: Record<string, unknown> = {}
  const problems: string[] = []
  for (const [name, value] of Object.entries(values)) {
    const key = Object.hasOwn(fields, name) ? (name as keyof typeof fields) : Object.hasOwn(otherNames, name) ? otherNames[name] : undefined
    if (value === null || value === '') continue
    if ((!key || key === 'metadata') && hasUnstorable([name, value])) problems.push(cleanText(name))
    else if (!key) Object.defineProperty(others, name, { value, enumerable: true, configurable: true, writable: true })
    else if (front[key] === undefined || key === name) {
      const read = fields[key].safeParse(key === 'category' && Array.isArray(value) ? value[0] : value)
      if (read.success) Object.assign(front, { [key]: read.data })
      else problems.push(name)
    }
  }
  return { front, others, problems }
}

/** The kind of a callout, by the word at its beginning: GitHub's, and in the languages that articles were seen in. */
const kinds: Record<string, 'info' | 'tip' | 'warning' | 'danger'> = {
  note: 'info',
  info: 'info',
  important: 'info',
  hinweis: 'info',
  ملاحظة: 'info',
  tip: 'tip',
  tipp: 'tip',
  نصيحة: 'tip',
  warning: 'warning',
  warnung: 'warning',
  achtung: 'warning',
  تحذير: 'warning',
  caution: 'danger',
  danger: 'danger',
  gefahr: 'danger',
}

/** `> **Note** ...` and `> [!NOTE]`, as they stand in HTML. */
const callout = /^<blockquote>\s*<p>(?:<strong>([\p{L}\p{M}]+):?<\/strong>:?|\[!(\w+)\])\s*(?:<br>\s*)?/u

const markdown = new Marked({
  gfm: true,
  async: false,
  renderer: {
    blockquote(token) {
      const html = `<blockquote>\n${this.parser.parse(token.tokens)}</blockquote>\n`
      const [start, bold, mark] = callout.exec(html) ?? []
      const word = (bold ?? mark ?? '').toLowerCase()
      const kind = Object.hasOwn(kinds, word) && kinds[word]
      if (!start || !kind) return html
      const label = bold ? `<strong>${bold}</strong> ` : ''
      return html.replace(start, `<div data-callout="${kind}"><p>${label}`).replace(/<\/blockquote>\n$/, '</div>\n')
    },
    // A list of tasks has no boxes to press here.
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
  },
})
