import { gzipSync } from 'node:zlib'
import type { Browser, Page, Response } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { enter, expectAccessible, openContext, overflow, watch } from './browser'
import { askAt, jsonHeaders, tokenOf } from './http'
import type { TestServer } from './server'
import { readStructuredData } from './structured-data'

const content = `<h2>Before you begin</h2><p>Have <code>scissors</code> ready.</p>
  <div data-callout="warning"><p>Sharp.</p></div><h3>Measure twice</h3>
  <table><thead><tr>${'<th>A column of the table</th>'.repeat(12)}</tr></thead><tbody><tr>${'<td>one</td>'.repeat(12)}</tr></tbody></table>
  <h2>Cut once</h2><ol><li><p>Cut.</p></li></ol><pre><code class="language-sh">cut --once ${'x'.repeat(150)}</code></pre>`

const bytesOfScript = 180 * 1024

/** A reader of the help centre, with and without JavaScript, and a search engine. */
export const helpCentreSuite = (product: { server: TestServer; browser: Browser }) =>
  describe('the help centre', () => {
    let token: string
    const host = 'globex.localhost'
    const title = 'Cut a </script><b>rope</b> & "tie" it'
    const api = async (method: string, path: string, body?: object) => {
      const options = { headers: jsonHeaders(token), body: body && JSON.stringify(body) }
      const answer = await askAt(product.server.port, host, method, `/api/v1${path}`, options)
      expect(answer.status, `${path} ${JSON.stringify(answer.json)}`).toBeLessThan(300)
      return answer.json
    }
    const ask = (path: string) => askAt(product.server.port, host, 'GET', path)
    const publish = async (given: object) => {
      const made = await api('POST', '/kb/articles', given)
      return api('POST', `/kb/articles/${made.id}/publish`, { version: made.version })
    }
    const at = (path: string) => product.server.origin('globex') + path

    beforeAll(async () => {
      token = await tokenOf(product.server.port, 'globex', 'owner')
      const top = await api('POST', '/kb/categories', { name: 'Ropes', icon: 'wrench', colour: 'teal', description: 'All about ropes.' })
      const { id: categoryId } = await api('POST', '/kb/categories', { name: 'Cutting', parentId: top.id })
      const { version } = await api('GET', '/kb/settings')
      await api('PUT', '/kb/settings', { version, requiresApproval: false, articlesPerPage: 6, hasComments: true })
      const source = await publish({ title, slug: 'cut-rope', categoryId, content, isFeatured: true, tags: ['rope'] })
      await publish({
        title: 'قص الحبل',
        categoryId,
        locale: 'ar',
        sourceId: source.id,
        content: '<h2>أولا</h2><p>قص.</p><h2>ثم</h2><p>اربط.</p>',
      })
      await publish({ title: 'Seil der Kunden', categoryId, locale: 'de', sourceId: source.id, audience: 'customers', content })
      await publish({ title: 'Rope of the team', categoryId, audience: 'agents', content })
      for (let n = 1; n <= 6; n++) await publish({ title: `Knot ${n}`, categoryId, content: `<p>Knot number ${n}.</p>` })
      const renamed = await publish({ title: 'Former', slug: 'former-knot', categoryId, content })
      await api('PUT', `/kb/articles/${renamed.id}`, { version: renamed.version, slug: 'knot-of-today' })
    })

    it('is read without JavaScript, from the start page to a translation', async () => {
      const page = await (await openContext(product.browser, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } })).newPage()
      await page.goto(at('/'))
      await page.getByRole('link', { name: 'Help centre', exact: true }).click()
      await page.getByRole('link', { name: /^Ropes/ }).click()
      await page.getByRole('link', { name: /^Cutting.*8 articles$/ }).click()
      expect(await page.getByRole('list').last().getByRole('link').count()).toBe(6)
      await page.getByRole('link', { name: 'More articles' }).click()
      await page.getByRole('link', { name: title }).first().click()
      await page.getByRole('heading', { name: title, level: 1 }).waitFor()
      await page.getByText('On this page').first().click()
      await page.getByRole('link', { name: 'Cut once', exact: true }).click()
      expect(new URL(page.url()).hash).toBe('#s-cut-once')
      await page.getByRole('link', { name: 'Link to “Measure twice”' }).click()
      expect(await overflow(page)).toBe(0)
      expect(await page.getByRole('region', { name: 'Table' }).evaluate((box) => box.scrollWidth > box.clientWidth)).toBe(true)
      expect(await page.content()).not.toMatch(/Seil der Kunden|Rope of the team/)
      await page.getByRole('link', { name: 'العربية' }).click()
      const heading = page.getByRole('heading', { level: 1 })
      expect([await heading.getAttribute('dir'), await heading.getAttribute('lang'), await heading.textContent()]).toEqual([
        'rtl',
        'ar',
        'قص الحبل',
      ])
      await page.getByRole('link', { name: 'English' }).click()
      await page.getByRole('navigation', { name: 'Breadcrumbs' }).getByRole('link', { name: 'Cutting' }).click()
      await page.goBack()
      await page.getByRole('main').getByRole('link', { name: 'Submit a request' }).click()
      expect(await page.getByLabel('Subject').inputValue()).toBe(title)
    })

    it('is accessible in light and dark, fits a phone, prints its text alone, and brings little script', async () => {
      const page = await (await openContext(product.browser)).newPage()
      const problems = watch(page)
      let script = 0
      page.on('response', async (answer) => {
        if (answer.request().resourceType() === 'script') script += gzipSync(await answer.body()).length
      })
      await page.goto(at('/kb/en/cut-rope'), { waitUntil: 'networkidle' })
      expect(script).toBeGreaterThan(0)
      expect(script).toBeLessThan(bytesOfScript)
      for (const path of ['/kb', '/kb/ar', '/kb/en/categories/cutting', '/kb/en/cut-rope', `/kb/ar/${encodeURIComponent('قص-الحبل')}`]) {
        await page.setViewportSize({ width: 1280, height: 800 })
        await page.goto(at(path))
        await page.emulateMedia({ colorScheme: 'light' })
        await expectAccessible(page)
        await page.emulateMedia({ colorScheme: 'dark' })
        await expectAccessible(page, 'colours')
        await page.setViewportSize({ width: 360, height: 740 })
        expect(await overflow(page), path).toBe(0)
      }
      await page.goto(at('/kb/en/cut-rope'))
      await page.emulateMedia({ media: 'print' })
      expect(await page.getByRole('navigation').filter({ visible: true }).count()).toBe(0)
      expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true)
      expect(problems).toEqual([])
    })

    it('is told by a reader with and without JavaScript whether it helped, and staff see it', async () => {
      const read = async (javaScriptEnabled: boolean) => {
        const page = await (await openContext(product.browser, { javaScriptEnabled })).newPage()
        await page.goto(at('/kb/en/cut-rope'), { waitUntil: 'networkidle' })
        return page
      }
      const plain = await read(false)
      await plain.getByRole('button', { name: 'No', exact: true }).click()
      await plain.getByText('Hard to understand').click()
      await plain.getByLabel('Comment (optional)').fill('Which <b>end</b> first?')
      await plain.getByRole('button', { name: 'Send', exact: true }).click()
      await plain.getByText('Your comment was sent').waitFor()
      const lively = await read(true)
      await lively.getByRole('button', { name: 'No', exact: true }).click()
      await lively.getByText('Sorry that it didn').waitFor()
      await lively.getByRole('button', { name: 'Yes', exact: true }).click()
      await lively.getByText('Thank you for your answer').waitFor()
      await expectAccessible(lively)
      await lively.reload()
      expect(await lively.getByRole('button', { name: 'Yes', exact: true }).getAttribute('aria-pressed')).toBe('true')
      const agent = await (await openContext(product.browser)).newPage()
      await enter(agent, product.server.origin('globex'), 'owner@globex.test')
      await agent.goto(at('/agent/kb'))
      await agent.getByRole('link', { name: 'Analytics' }).click()
      await agent.getByRole('heading', { name: 'Knowledge base analytics' }).waitFor()
      const { items } = await api('GET', '/kb/articles?q=rope&locale=en')
      const { id } = items.find((each: { slug: string }) => each.slug === 'cut-rope')
      await agent.goto(at(`/agent/kb/${id}/analytics`))
      await agent.getByText('Which <b>end</b> first?').waitFor()
      expect(await api('GET', `/kb/articles/${id}/analytics`)).toMatchObject({ helpful: 1, notHelpful: 1 })
    })

    it('is commented on by a customer, without JavaScript, and others see it once the team approves it', async () => {
      const customer = await (await openContext(product.browser)).newPage()
      await enter(customer, product.server.origin('globex'), 'customer@globex.test')
      const plain = await (await openContext(product.browser, { javaScriptEnabled: false })).newPage()
      await plain.context().addCookies(await customer.context().cookies())
      await plain.goto(at('/kb/en/cut-rope'))
      await plain.getByLabel('Add a comment').fill('Wax the <i>ends</i>.')
      await plain.getByRole('button', { name: 'Send comment' }).click()
      await plain.getByText('only you see it').waitFor()
      const anyone = await (await openContext(product.browser)).newPage()
      await anyone.goto(at('/kb/en/cut-rope'))
      await anyone.getByRole('link', { name: 'Sign in to comment' }).waitFor()
      expect(await anyone.getByText('Wax the <i>ends</i>.').count()).toBe(0)
      const agent = await (await openContext(product.browser)).newPage()
      await enter(agent, product.server.origin('globex'), 'owner@globex.test')
      await agent.goto(at('/agent/kb/comments'))
      await agent.getByText('Wax the <i>ends</i>.').waitFor()
      await expectAccessible(agent)
      await agent.getByRole('button', { name: 'Approve' }).click()
      await agent.getByText('No comments here').waitFor()
      await anyone.reload()
      await anyone.getByText('Wax the <i>ends</i>.').waitFor()

      await agent.goto(at('/settings/knowledge-base'))
      const mayComment = agent.getByRole('checkbox', { name: /^Signed-in customers can comment/ })
      expect(await mayComment.isChecked()).toBe(true)
      await mayComment.uncheck()
      await agent.getByRole('button', { name: 'Save' }).click()
      await agent.getByText('Saved.').waitFor()
      await anyone.reload()
      await anyone.getByRole('heading', { name: 'Was this article helpful?' }).waitFor()
      expect(await anyone.getByText('Wax the <i>ends</i>.').count()).toBe(0)
      const { version, hasVotes, articlesPerPage } = await api('GET', '/kb/settings')
      expect({ hasVotes, articlesPerPage }).toEqual({ hasVotes: true, articlesPerPage: 6 })
      await api('PUT', '/kb/settings', { version, hasComments: true })
    })

    it('leads from old addresses to those of today, for ever, and says of others that they are not there', async () => {
      const led = async (path: string) => {
        const { status, headers } = await ask(path)
        return [status, headers.location]
      }
      expect(await led('/kb/en/former-knot')).toEqual([308, '/kb/en/knot-of-today'])
      expect(await led('/kb/former-knot')).toEqual([308, '/kb/en/knot-of-today'])
      expect(await led('/kb/EN')).toEqual([308, '/kb/en'])
      expect(await led('/kb/en/CUT-ROPE')).toEqual([308, '/kb/en/cut-rope'])
      expect(await led('/kb/de/categories/cutting')).toEqual([308, '/kb/en/categories/cutting'])
      for (const path of [
        '/kb/nowhere',
        '/kb/en/nowhere',
        '/kb/en/rope-of-the-team',
        '/kb/de/seil-der-kunden',
        '/kb/en/categories/nowhere',
      ])
        expect((await ask(path)).status, path).toBe(404)
      const page = await (await openContext(product.browser)).newPage()
      await page.goto(at('/kb/de/seil-der-kunden'))
      await page.getByRole('heading', { name: 'Article not found' }).waitFor()
      await enter(page, product.server.origin('globex'), 'customer@globex.test')
      await page.goto(at('/kb/de/seil-der-kunden'))
      await page.getByRole('heading', { name: 'Seil der Kunden' }).waitFor()
      expect(await page.locator('meta[name=robots]').getAttribute('content')).toBe('noindex')
      expect((await page.goto(at('/kb/en/rope-of-the-team')))?.status()).toBe(404)
    })

    it('tells search engines what a page is about, where it belongs, and in which languages it is', async () => {
      const page = await (await openContext(product.browser, { javaScriptEnabled: false })).newPage()
      await page.goto(at('/kb/en/cut-rope'))
      const head = (selector: string, name: string) => page.locator(`head ${selector}`).getAttribute(name)
      expect(await head('link[rel=canonical]', 'href')).toBe(at('/kb/en/cut-rope'))
      expect(await languagesOf(page)).toEqual({ ar: at(`/kb/ar/${encodeURIComponent('قص-الحبل')}`), en: at('/kb/en/cut-rope') })
      expect(await head('meta[property="og:title"]', 'content')).toBe(title)
      const picture = (await head('meta[property="og:image"]', 'content')) as string
      const image = (await (await page.context().newPage()).goto(picture)) as Response
      expect([image.status(), image.headers()['content-type'], (await image.body()).subarray(1, 4).toString()]).toEqual([
        200,
        'image/png',
        'PNG',
      ])
      const data = JSON.parse((await page.locator('script[type="application/ld+json"]').textContent()) as string)
      const [article, breadcrumbs] = data['@graph']
      expect(article).toMatchObject({
        '@type': 'TechArticle',
        headline: title,
        inLanguage: 'en',
        articleSection: 'Cutting',
        image: picture,
      })
      expect(Date.parse(article.datePublished)).toBeLessThanOrEqual(Date.parse(article.dateModified))
      expect(breadcrumbs.itemListElement.map(({ position, name, item }: Record<string, unknown>) => [position, name, item])).toEqual([
        [1, 'Help centre', at('/kb/en')],
        [2, 'Ropes', at('/kb/en/categories/ropes')],
        [3, 'Cutting', at('/kb/en/categories/cutting')],
        [4, title, at('/kb/en/cut-rope')],
      ])
      expect(await page.locator('main b').count()).toBe(0)
      for (const [path, types] of [
        ['/kb/en/cut-rope', ['TechArticle', 'BreadcrumbList']],
        ['/kb/en/categories/cutting', ['BreadcrumbList']],
      ] as const) {
        const html = (await (await page.goto(at(path)))?.text()) ?? ''
        expect(await readStructuredData(html), path).toEqual({ types, problems: [] })
      }
    })

    it('answers while a question is typed, on the start page and in the request form, in a new tab there', async () => {
      const page = await (await openContext(product.browser)).newPage()
      const problems = watch(page)
      const typing = async (path: string, label: string, name: string) => {
        const found = page.getByRole('region', { name: 'These articles may help' })
        await expect
          .poll(async () => {
            await page.goto(at(path))
            await page.getByLabel(label).pressSequentially(name)
            return found.waitFor({ timeout: 2000 }).then(
              () => true,
              () => false,
            )
          })
          .toBe(true)
        return found.getByRole('link', { name: 'Cut a' })
      }
      const link = await typing('/', 'Search the help centre', 'cutting a rope')
      await expectAccessible(page)
      await link.click()
      await page.getByRole('heading', { name: title, level: 1 }).waitFor()
      const aside = await typing('/submit', 'Subject', 'cut my rope')
      expect(await aside.getAttribute('target')).toBe('_blank')
      await expectAccessible(page)
      await page.goto(at('/'))
      await page.getByLabel('Search the help centre').pressSequentially('cut my ropes')
      await page.getByRole('link', { name: 'Submit a request with this text' }).click()
      await page.getByRole('heading', { name: 'Submit a request' }).waitFor()
      expect(await page.getByLabel('Subject').inputValue()).toBe('cut my ropes')
      expect(problems).toEqual([])
    })

    it('is searched without JavaScript, with what was looked for marked, filters, corrections, and the form where nothing is found', async () => {
      const page = await (await openContext(product.browser, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } })).newPage()
      await page.goto(at('/kb'))
      await page.getByLabel('Search the help centre').fill('cut rope')
      await page.getByRole('button', { name: 'Search', exact: true }).click()
      await page.getByRole('heading', { name: 'Results for “cut rope”' }).waitFor()
      const result = page.getByRole('main').getByRole('link', { name: 'Cut a' }).first()
      expect(await result.locator('mark').count()).toBeGreaterThan(0)
      expect(await page.content()).not.toMatch(/Seil der Kunden|Rope of the team/)
      expect(await overflow(page)).toBe(0)
      await page.getByLabel('Language').selectOption({ label: 'العربية' })
      await page.getByRole('button', { name: 'Apply filters' }).click()
      expect(await page.getByRole('main').getByRole('link', { name: 'Cut a' }).count()).toBe(0)
      await page.goto(at('/kb/search?q=scisors'))
      await page.getByText('Showing results for scissors').waitFor()
      await page.goto(at('/kb/search?q=zzqwxy'))
      await page.getByText('No articles match “zzqwxy”').waitFor()
      await page.getByRole('link', { name: 'Submit a request with this text' }).click()
      expect(await page.getByLabel('Subject').inputValue()).toBe('zzqwxy')
      expect((await page.goto(at('/kb/search')))?.status()).toBe(200)
      expect(await page.locator('meta[name=robots]').getAttribute('content')).toBe('noindex')
    })

    it('hands out a sitemap and robots.txt of what everybody may read, and closes them with the help centre', async () => {
      const page = await (await openContext(product.browser)).newPage()
      await page.goto(at('/kb'))
      const xml = (path: string) =>
        page.evaluate(async (address) => {
          const parsed = new DOMParser().parseFromString(await (await fetch(address)).text(), 'application/xml')
          const all = (name: string) => [...parsed.getElementsByTagName(name)]
          return {
            root: parsed.documentElement.localName,
            locations: all('loc').map((each) => each.textContent as string),
            languages: all('xhtml:link').map((each) => each.getAttribute('hreflang')),
          }
        }, path)
      const index = await xml('/sitemap.xml')
      expect(index).toMatchObject({ root: 'sitemapindex', locations: [at('/sitemaps/pages.xml'), at('/sitemaps/articles-1.xml')] })
      const pages = await xml('/sitemaps/pages.xml')
      expect(pages.root).toBe('urlset')
      expect(pages.locations).toEqual(expect.arrayContaining([at('/kb/en'), at('/kb/ar'), at('/kb/en/categories/cutting')]))
      const articles = await xml('/sitemaps/articles-1.xml')
      expect(articles.root).toBe('urlset')
      expect(articles.locations).toEqual(expect.arrayContaining([at('/kb/en/cut-rope'), at('/kb/en/knot-of-today')]))
      expect(articles.locations.join()).not.toMatch(/seil|team/)
      expect(articles.languages).toEqual(['ar', 'en', 'ar', 'en'])
      for (const address of [...pages.locations, ...articles.locations])
        expect((await ask(new URL(address).pathname)).status, address).toBe(200)
      expect((await ask('/sitemaps/articles-2.xml')).status).toBe(404)
      expect((await ask('/robots.txt')).json).toMatch(
        /^User-agent: \*\nDisallow: \/agent\n[\s\S]*\nSitemap: http:\/\/globex[\s\S]*\/sitemap\.xml\n$/,
      )

      const { version } = await api('GET', '/kb/settings')
      await api('PUT', '/kb/settings', { version, isPublic: false })
      await page.goto(at('/kb/en/cut-rope'))
      await page.waitForURL((url) => url.pathname === '/sign-in' && url.searchParams.get('next') === '/kb/en/cut-rope')
      expect((await ask('/sitemap.xml')).status).toBe(404)
      expect((await ask('/sitemaps/articles-1.xml')).status).toBe(404)
      expect((await ask('/kb/en/cut-rope/picture.png')).status).toBe(404)
      expect((await ask('/robots.txt')).json).toBe('User-agent: *\nDisallow: /\n')
      await page.goto(at('/'))
      await page.getByRole('heading', { name: 'How can we help?' }).waitFor()
      expect(await page.getByRole('link', { name: 'Help centre' }).count()).toBe(0)
      await enter(page, product.server.origin('globex'), 'customer@globex.test')
      await page.goto(at('/kb/en/cut-rope'))
      await page.getByRole('heading', { name: title }).waitFor()
      await api('PUT', '/kb/settings', { version: version + 1, isPublic: true })
    })
  })

const languagesOf = async (page: Page) =>
  Object.fromEntries(
    await page
      .locator('head link[rel=alternate][hreflang]')
      .evaluateAll((links) => links.map((link) => [link.getAttribute('hreflang'), link.getAttribute('href')])),
  )
