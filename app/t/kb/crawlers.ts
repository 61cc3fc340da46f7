import { call } from '@orpc/server'
import { pageContext } from '@/app/load'
import { getKbSitemap, getKbSitemapPart } from '@/lib/kb/articles/sitemap'
import { workspaceOrigin } from './help-centre'
import { articleSitemap, categorySitemap, sitemapIndex } from './sitemap-xml'

// What search engines ask of a host. They are told what everybody may read, whoever asks.

const file = (type: string, body: string) =>
  new Response(body, { headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'public, max-age=600' } })
const xml = (body: string) => file('application/xml', body)
const nothing = () => new Response(null, { status: 404 })

const known = async () => call(getKbSitemap, undefined, { context: await pageContext() }).catch(() => null)

/** Pages that are for nobody but who is signed in, or lead to nothing to read. */
const closed =
  '/agent /settings /requests /request /submit /kb/search /forbidden /sign-in /sign-up /magic-link /forgot-password /reset-password /invitation /dev /api'

export async function answerRobots(): Promise<Response> {
  const found = await known()
  const origin = await workspaceOrigin()
  if (!found?.isPublic) return file('text/plain', 'User-agent: *\nDisallow: /\n')
  // not-words: of robots.txt
  const lines = ['User-agent: *', ...closed.split(' ').map((path) => `Disallow: ${path}`), 'Allow: /api/pictures/', 'Allow: /api/texts/']
  const sitemap = found.locales.length > 0 ? ['', `Sitemap: ${origin}/sitemap.xml`] : []
  return file('text/plain', [...lines, ...sitemap, ''].join('\n'))
}

export async function answerSitemapIndex(): Promise<Response> {
  const found = await known()
  if (!found || found.locales.length === 0) return nothing()
  const origin = await workspaceOrigin()
  const parts = Array.from({ length: found.parts }, (_, part) => `articles-${part + 1}.xml`)
  return xml(sitemapIndex(['pages.xml', ...parts].map((name) => `${origin}/sitemaps/${name}`)))
}

export async function answerSitemap(name: string): Promise<Response> {
  const origin = await workspaceOrigin()
  if (name === 'pages.xml') {
    const found = await known()
    return found && found.locales.length > 0 ? xml(categorySitemap(origin, found.locales, found.categories)) : nothing()
  }
  const part = Number(/^articles-([1-9]\d{0,2})\.xml$/.exec(name)?.[1])
  if (!part) return nothing()
  const { items } = await call(getKbSitemapPart, { part }, { context: await pageContext() }).catch(() => ({ items: [] }))
  return items.length > 0 ? xml(articleSitemap(origin, items)) : nothing()
}
