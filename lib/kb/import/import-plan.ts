import path from 'node:path'
import { localeInput } from '../articles/schema'
import { slugOf } from '../articles/slug'
import { type Audience, mostRelated } from '../articles/values'
import { type MarkdownArticle, readMarkdown } from './markdown'

export interface ImportFile {
  /** Relative to the folder that is imported, with `/`. */
  path: string
  text: string
}

/** What a file says of an article; what it does not say is null and left as it is. */
export interface PlannedArticle {
  path: string
  locale: string
  slug: string
  title: string
  html: string
  /** By name; null where neither the file nor its folder names one. */
  category: string | null
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
  /** Fields of the file that were left out, and pictures that it shows from its folder. */
  leftOut: string[]
}

/** Only these are articles; the rest of a folder is not read. */
export const isArticleFile = (name: string): boolean =>
  /\.(?:md|markdown)$/i.test(name) && !/(?:^|\/)(?:readme|_index|index)\.\w+$/i.test(name)

/**
 * What an import of Markdown files would write. The language of a file is what its front matter says, or else the folder that it lies
 * in (`de/returns.md`) or the end of its name (`returns.de.md`); files that are called the same in different languages are
 * translations of each other. Links between the files lead to the articles that become of them.
 */
export function planImport(files: readonly ImportFile[], workspaceLocale: string): PlannedArticle[] {
  const planned = files.filter(({ path: name }) => isArticleFile(name)).map((file) => planFile(file, workspaceLocale))
  const byPath = new Map(planned.map((article) => [article.path, article]))
  const bySlug = new Map(planned.map((article) => [`${article.locale}/${article.slug}`, article]))
  for (const article of planned) article.html = withLinks(article, byPath, bySlug)
  // What others translate comes before its translations.
  return planned.toSorted((a, b) => Number(a.locale !== workspaceLocale) - Number(b.locale !== workspaceLocale))
}

function planFile({ path: name, text }: ImportFile, workspaceLocale: string): PlannedArticle {
  const read = readMarkdown(text)
  const { front } = read
  const place = placeOf(name)
  const said = front.lang === undefined ? null : localeOf(front.lang)
  const title = front.title || read.heading || sentenceOf(place.name)
  const pictures = [...read.html.matchAll(/<img\b[^<>]*\bsrc="([^"]*)"/g)]
    .map((match) => match[1] as string)
    .filter((src) => !/^https:/i.test(src))
  return {
    path: name,
    locale: said ?? place.locale ?? workspaceLocale,
    slug: slugOf(front.slug || place.name) || 'article',
    title,
    html: read.html,
    category: front.category || (place.folder ? sentenceOf(place.folder) : null),
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
    metadata: read.others,
    group: place.group,
    leftOut: leftOutOf(read, pictures, front.lang !== undefined && !said),
  }
}

/** An article as others name it: by its address, or by its file. */
const addressed = (name: string): string => slugOf(path.posix.basename(name).replace(/\.(?:md|markdown)$/i, ''))

const leftOutOf = (read: MarkdownArticle, pictures: readonly string[], hasBadLocale: boolean): string[] => [
  ...read.problems,
  ...(hasBadLocale ? ['lang'] : []),
  ...pictures,
]

const localeOf = (tag: string): string | null => localeInput.safeParse(tag).data ?? null

/** A folder or an ending that is a language, as people write them. */
const languageOf = (tag: string): string | null => (/^[a-z]{2}(?:[-_][A-Za-z]{2,4})?$/.test(tag) ? localeOf(tag.replace('_', '-')) : null)

function placeOf(file: string) {
  const folders = path.posix
    .dirname(file)
    .split('/')
    .filter((name) => name !== '.')
  const base = path.posix.basename(file).replace(/\.(?:md|markdown)$/i, '')
  const ending = /\.([^.]+)$/.exec(base)?.[1]
  const ended = ending ? languageOf(ending) : null
  const at = folders.findIndex((name) => languageOf(name) !== null)
  const name = ended ? base.slice(0, -(ending as string).length - 1) : base
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

/** Links to files of the folder and to `/kb/slug` become the addresses of their articles. */
function withLinks(article: PlannedArticle, byPath: Map<string, PlannedArticle>, bySlug: Map<string, PlannedArticle>): string {
  return article.html.replace(/(<a href=")([^"]*)"/g, (whole, start: string, href: string) => {
    const [, target = '', anchor = ''] = /^([^#]*)(#.*)?$/s.exec(href) as RegExpExecArray
    const found = /^[a-z][a-z0-9+.-]*:|^\/\//i.test(target) ? undefined : articleAt(article, target, byPath, bySlug)
    return found ? `${start}/kb/${found.locale}/${encodeURIComponent(found.slug)}${anchor}"` : whole
  })
}

function articleAt(
  { path: from, locale }: PlannedArticle,
  target: string,
  byPath: Map<string, PlannedArticle>,
  bySlug: Map<string, PlannedArticle>,
) {
  const plain = decoded(target)
  const slug = /^\/kb\/([^/]+)$/.exec(plain)?.[1]
  if (slug) return bySlug.get(`${locale}/${slug}`) ?? [...bySlug.values()].find((each) => each.slug === slug)
  return isArticleFile(plain) ? byPath.get(path.posix.normalize(path.posix.join(path.posix.dirname(from), plain))) : undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
