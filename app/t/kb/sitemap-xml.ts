import { articlePath, categoryPath, helpCentrePath } from '@/lib/kb/articles/article-address'
import type { SitemapEntry } from '@/lib/kb/articles/sitemap'

// The files of sitemaps.org, with what xhtml:link adds to them.

const escaped = (text: string) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
const head = '<?xml version="1.0" encoding="UTF-8"?>\n'
const sitemaps = 'http://www.sitemaps.org/schemas/sitemap/0.9'

export const sitemapIndex = (addresses: string[]): string =>
  `${head}<sitemapindex xmlns="${sitemaps}">\n${addresses.map((each) => `<sitemap><loc>${escaped(each)}</loc></sitemap>\n`).join('')}</sitemapindex>\n`

interface Address {
  at: string
  changedAt?: Date
  /** In each language; fewer than two are not named. */
  languages?: { locale: string; at: string }[]
}

const urlSet = (addresses: Address[]): string => {
  const urls = addresses.map(({ at, changedAt, languages = [] }) => {
    const others = languages.length > 1 ? languages : []
    const links = others.map((each) => `<xhtml:link rel="alternate" hreflang="${escaped(each.locale)}" href="${escaped(each.at)}"/>`)
    return `<url><loc>${escaped(at)}</loc>${changedAt ? `<lastmod>${changedAt.toISOString()}</lastmod>` : ''}${links.join('')}</url>\n`
  })
  return `${head}<urlset xmlns="${sitemaps}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n${urls.join('')}</urlset>\n`
}

export const articleSitemap = (origin: string, items: SitemapEntry[]): string =>
  urlSet(
    items.map((item) => ({
      at: origin + articlePath(item),
      changedAt: item.changedAt,
      languages: item.languages.map((each) => ({ locale: each.locale, at: origin + articlePath(each) })),
    })),
  )

export function categorySitemap(origin: string, locales: string[], categories: { locale: string; slug: string }[]): string {
  const homes = locales.map((locale) => ({ locale, at: origin + helpCentrePath(locale) }))
  return urlSet([...homes.map(({ at }) => ({ at, languages: homes })), ...categories.map((each) => ({ at: origin + categoryPath(each) }))])
}
