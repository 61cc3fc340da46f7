import path from 'node:path'
import type { ErrorText } from '../../core/message'
import { localeInput } from '../articles/schema'
import { slugOf } from '../articles/slug'
import { type Audience, mostRelated } from '../articles/values'
import type { ReadDocument } from './import-document'

/** What a file says of an article; what it does not say is null and left as it is. */
export interface PlannedArticle {
  path: string
  locale: string
  slug: string
  title: string
  html: string
  /** Whose id it has, and the id; null for what is known again by its address alone. */
  origin: { source: string; externalId: string } | null
  /** Whether an article with its address is the same one. */
  isKnownByAddress: boolean
  /** By names, from the top; one name means a category on any level. Null where neither the file nor its folder names one. */
  category: string[] | null
  excerpt: string | null
  tags: string[] | null
  /** Addresses of articles that are shown below it. */
  related: string[] | null
  audience: Audience | null
  isPinned: boolean | null
  isFeatured: boolean | null
  seoTitle: string | null
  seoDescription: string | null
  seoKeywords: string | null
  canonicalUrl: string | null
  isDraft: boolean
  updatedAt: Date | null
  metadata: Record<string, unknown>
  /** Files of one group are translations of one article. */
  group: string
  /** The pictures that its text shows, as they stand there, and where they are. */
  pictures: Map<string, PlannedPicture>
  /** Fields of the file that were left out, and pictures of other hosts. */
  leftOut: string[]
  /** Why nothing can be written of it. */
  failure: { field: string; error: ErrorText } | null
}

/** In the text itself, or a file beside it. */
export type PlannedPicture = { bytes: Uint8Array } | { file: string }

/**
 * What an import of documents would write. The language of one is what it says itself, or else the folder that it lies in
 * (`de/returns.md`) or the end of its name (`returns.de.md`); files that are called the same in different languages are
 * translations of each other. Links between them lead to the articles that become of them.
 */
export function planImport(documents: readonly ReadDocument[], workspaceLocale: string): PlannedArticle[] {
  const planned = documents.map((document) => planDocument(document, workspaceLocale))
  const byPath = new Map(planned.map((article) => [article.path, article]))
  const bySlug = new Map(planned.map((article) => [`${article.locale}/${article.slug}`, article]))
  const anySlug = new Map(planned.map((article) => [article.slug, article]))
  for (const article of planned) article.html = withLinks(article, { byPath, bySlug, anySlug })
  // What others translate comes before its translations.
  return planned.toSorted((a, b) => Number(a.locale !== workspaceLocale) - Number(b.locale !== workspaceLocale))
}

function planDocument({ path: name, source, front, ...read }: ReadDocument, workspaceLocale: string): PlannedArticle {
  const place = placeOf(name)
  const said = front.lang === undefined ? null : localeOf(front.lang)
  const isFile = source === null
  const title = front.title || read.heading || (isFile ? sentenceOf(place.name) : '')
  const { pictures, others } = picturesOf(name, read)
  return {
    path: name,
    locale: said ?? place.locale ?? workspaceLocale,
    slug: slugOf(front.slug || (isFile ? place.name : title)) || 'article',
    title,
    html: read.html,
    origin: front.id ? { source: source ?? 'files', externalId: front.id } : null,
    isKnownByAddress: isFile || front.slug !== undefined || front.id === undefined,
    category: front.categoryPath ?? (front.category ? [front.category] : isFile && place.folder ? [sentenceOf(place.folder)] : null),
    excerpt: front.excerpt ?? null,
    tags: front.tags ?? null,
    related: front.related?.map(addressed).slice(0, mostRelated) ?? null,
    audience: front.audience ?? null,
    isPinned: front.pinned ?? null,
    isFeatured: front.featured ?? null,
    seoTitle: front.seoTitle ?? null,
    seoDescription: front.seoDescription ?? null,
    seoKeywords: front.seoKeywords ?? null,
    canonicalUrl: front.canonicalUrl ?? null,
    isDraft: front.draft ?? false,
    updatedAt: front.updated ?? null,
    metadata: { ...read.others, ...front.metadata },
    group: front.translationOf ? `${source ?? ''}:${front.translationOf}` : isFile ? place.group : name,
    pictures,
    leftOut: [...read.problems, ...(front.lang !== undefined && !said ? ['lang'] : []), ...others],
    failure: read.failure,
  }
}

/** What the help centre shows has an address of its own; what lies on other hosts stays a link, which its pages do not load. */
function picturesOf(name: string, { html, embedded }: Pick<ReadDocument, 'html' | 'embedded'>) {
  const pictures = new Map<string, PlannedPicture>()
  const others: string[] = []
  for (const [, src = ''] of html.matchAll(/<img\b[^<>]*\bsrc="([^"]*)"/g)) {
    const plain = decoded(src.replaceAll('&amp;', '&'))
    const within = /^embedded-picture-(\d+)$/.exec(plain)?.[1]
    const bytes = within === undefined ? undefined : embedded[Number(within)]
    if (bytes) pictures.set(src, { bytes })
    else if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(plain)) others.push(plain)
    else if (!plain.startsWith('/api/')) {
      const file = plain.replace(/[?#].*$/s, '')
      pictures.set(src, {
        file: file.startsWith('/') ? file.slice(1) : path.posix.normalize(path.posix.join(path.posix.dirname(name), file)),
      })
    }
  }
  return { pictures, others: [...new Set(others)] }
}

/** Of a file that becomes an article. */
const ending = /\.(?:md|markdown|html?)$/i

/** An article as others name it: by its address, or by its file. */
const addressed = (name: string): string => slugOf(path.posix.basename(name).replace(ending, ''))

const localeOf = (tag: string): string | null => localeInput.safeParse(tag).data ?? null

/** A folder or an ending that is a language, as people write them. */
const languageOf = (tag: string): string | null => (/^[a-z]{2}(?:[-_][A-Za-z]{2,4})?$/.test(tag) ? localeOf(tag.replace('_', '-')) : null)

function placeOf(file: string) {
  const folders = path.posix
    .dirname(file)
    .split('/')
    .filter((name) => name !== '.')
  const base = path.posix.basename(file).replace(ending, '')
  const last = /\.([^.]+)$/.exec(base)?.[1]
  const ended = last ? languageOf(last) : null
  const at = folders.findIndex((name) => languageOf(name) !== null)
  const name = ended ? base.slice(0, -(last as string).length - 1) : base
  const others = folders.filter((_, n) => n !== at)
  return {
    locale: ended ?? (at < 0 ? null : languageOf(folders[at] as string)),
    folder: others.at(-1),
    name,
    group: [...others, name].join('/').toLowerCase(),
  }
}

const sentenceOf = (name: string): string => {
  const words = name.replace(/[-_]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

interface Planned {
  byPath: Map<string, PlannedArticle>
  bySlug: Map<string, PlannedArticle>
  anySlug: Map<string, PlannedArticle>
}

/** Links to files of the folder and to `/kb/slug` become the addresses of their articles. */
function withLinks(article: PlannedArticle, planned: Planned): string {
  return article.html.replace(/(<a\b[^<>]*?\shref=")([^"]*)"/g, (whole, start: string, href: string) => {
    const [, target = '', anchor = ''] = /^([^#]*)(#.*)?$/s.exec(href) as RegExpExecArray
    const found = /^[a-z][a-z0-9+.-]*:|^\/\//i.test(target) ? undefined : articleAt(article, target, planned)
    return found ? `${start}/kb/${found.locale}/${encodeURIComponent(found.slug)}${anchor}"` : whole
  })
}

function articleAt({ path: from, locale }: PlannedArticle, target: string, { byPath, bySlug, anySlug }: Planned) {
  const plain = decoded(target)
  const slug = /^\/kb\/([^/]+)$/.exec(plain)?.[1]
  if (slug) return bySlug.get(`${locale}/${slug}`) ?? anySlug.get(slug)
  return ending.test(plain) ? byPath.get(path.posix.normalize(path.posix.join(path.posix.dirname(from), plain))) : undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
