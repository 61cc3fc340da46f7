import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enter, openBrowser, openContext, overflow, plainWords, textIn, watch } from './browser'
import { startServer, type TestServer } from './server'

let server: TestServer
let browser: Browser
/** Everything of the demo that has a name or was written by a person: the same in every language. */
let written: string[]
beforeAll(async () => {
  server = await startServer()
  browser = await openBrowser()
  const page = await browser.newPage()
  await enter(page, server.origin('acme'), 'owner@acme.test')
  await page.goto(server.origin('acme'))
  written = await writtenIn(page)
  await page.close()
})
afterAll(async () => {
  await browser?.close()
  await server?.kill('SIGTERM')
})

// Names, and the key that the corner of messages names by itself.
const data = [
  'Acme Outfitters',
  'Baraza',
  'alt+T',
  'support@acme.localhost',
  'nobody@acme.test',
  'nothing-like-it',
  '(printer',
  'reproof jackets',
  'zzqwxy',
  // What Intl calls the language of a workspace.
  new Intl.DisplayNames('en', { type: 'language' }).of('en') ?? '',
  ...['Best regards', 'Head of customer care', 'Monday to Friday, 8:00 to 17:00'],
]

const pages = [
  '/sign-in',
  '/forgot-password',
  '/sign-up',
  '/magic-link',
  '/reset-password#no-link',
  '/invitation#no-link',
  '/request#no-link',
  '/nowhere',
  '/kb/nowhere',
]

describe.each(['en-XA', 'ar-XB'])('in a language made for testing, %s', (locale) => {
  it('the pages around signing in say nothing that is not from the catalogue, and fit a phone', async () => {
    const page = await (await openContext(browser, { locale, viewport: { width: 360, height: 740 } })).newPage()
    const problems = watch(page)
    for (const at of pages) {
      await page.goto(`${server.origin('acme')}${at}`)
      await page.getByRole('heading').first().waitFor()
      if (at.includes('#no-link'))
        await page
          .getByRole(at.startsWith('/request') ? 'button' : 'alert')
          .first()
          .waitFor()
      expect({ at, plain: await plainWords(page, data), overflow: await overflow(page) }).toEqual({
        at,
        plain: [],
        overflow: 0,
      })
      expect(await page.locator('html').getAttribute('dir')).toBe(locale === 'ar-XB' ? 'rtl' : 'ltr')
    }
    await page.goto(`${server.origin('acme')}/sign-in`)
    await page.locator('[name=email]').fill('nobody@acme.test')
    await page.locator('[name=password]').fill('wrong')
    await page.locator('[type=submit]').click()
    await page.getByRole('alert').first().waitFor()
    expect(await plainWords(page, data)).toEqual([])
    expect(problems.filter((problem) => !/40[14]/.test(problem))).toEqual([])
  })
})

async function writtenIn(page: Page): Promise<string[]> {
  const read = (at: string) => page.evaluate(async (address) => (await fetch(`/api/v1${address}`)).json(), at)
  const texts = new Set<string>()
  const gather = (value: unknown, key: string) => {
    // Formatted text shows each line by itself.
    if (typeof value === 'string' && isWritten.test(key)) for (const text of [value, ...value.split('\n')]) texts.add(text)
    else if (typeof value === 'object' && value !== null)
      for (const [inner, each] of Object.entries(value)) gather(each, Array.isArray(value) ? key : inner)
  }
  const { paths } = (await read('/openapi.json')) as { paths: Record<string, object> }
  const lists = Object.keys(paths).filter((at) => 'get' in (paths[at] as object) && !/[{]|public|export|notifications/.test(at))
  const idsIn = async (at: string) => ((await read(`${at}?limit=100`)) as { items: { id: string }[] }).items.map(({ id }) => id)
  const all = [
    ...lists,
    ...(await idsIn('/ticket')).map((id) => `/ticket/${id}/comments`),
    ...(await idsIn('/settings/mail/messages')).map((id) => `/settings/mail/messages/${id}`),
  ]
  await Promise.all(all.map(async (at) => gather(await read(at).catch(() => null), '')))
  return [...texts].filter((text) => /[a-z]{2}/i.test(text)).sort((one, other) => other.length - one.length)
}
const isWritten =
  /^(name|title|email|emails|domains|snippet|text|bodyText|quotedText|quoted|subject|address|to|cc|summary|location|organizer|number|description|tags|add|options|key|hostname|slug|mail)$/

/** Names of days, months and zones are the browser's; avatars hold initials; units and placeholders are no words. */
const spared =
  /^[A-Z]{2}$|\b(requester|ticket|agent|workspace)\.\w+|\bexample\.com\b|\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)\b|\b([AP]M|EAT|UTC|MB)\b|Africa\/Nairobi|\b(East Africa|Coordinated Universal|Greenwich Mean) Time\b|\bGMT\b/gi

const noteTab = 'tickets.composer.note.name'
/** What stands in a menu, by the button that opens it. */
const menus: Record<string, string> = { 'tickets.menu.merge': 'tickets.menu.more' }
/** What adds to the page; all other buttons open a dialog. */
const inPlace = new Set<string | RegExp>([
  noteTab,
  'slaSettings.conditions.add',
  'slaSettings.escalation.addReminder',
  'slaSettings.escalation.addEscalation',
  'slaSettings.holidays.add',
])

/** Pages, and behind each the buttons that show more of it. */
type Pages = [at: string, ...buttons: (string | RegExp)[]][]

const sizes = { screen: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } }

async function look(page: Page, locale: string, pages: Pages) {
  const wrong: object[] = []
  const check = async (at: string, size: keyof typeof sizes) => {
    await page.setViewportSize(sizes[size])
    // The words are the same in both, and are looked for once.
    const texts = locale === 'en-XA' && size === 'screen' ? await plainWords(page, [...data, ...written]) : []
    const plain = texts.filter((text) => /[a-z]{2}/i.test(text.replace(spared, '')))
    const beyond = await overflow(page)
    if (plain.length > 0 || beyond > 0) wrong.push({ at, size, plain, beyond })
  }
  for (const [at, ...buttons] of pages) {
    await page.setViewportSize(sizes.screen)
    await page.goto(server.origin('acme') + at)
    await page.getByRole('heading').first().waitFor()
    const opened = locale === 'en-XA' ? buttons : []
    if (opened.length > 0) await page.waitForLoadState('networkidle')
    await check(at, 'screen')
    for (const button of opened) {
      const name = typeof button === 'string' ? textIn(locale, button) : button
      const menu = menus[String(button)]
      if (menu) {
        await page.getByRole('button', { name: textIn(locale, menu), exact: true }).click()
        for (const size of ['screen', 'phone'] as const) await check(`${at} ${menu}`, size)
        await page.setViewportSize(sizes.screen)
      }
      const dialog = page.getByRole('dialog').first()
      await page
        .getByRole(button === noteTab ? 'tab' : 'button', { name, exact: true })
        .first()
        .click()
      if (!inPlace.has(button)) await dialog.waitFor()
      for (const size of ['screen', 'phone'] as const) await check(`${at} ${button}`, size)
      await page.setViewportSize(sizes.screen)
      if (!inPlace.has(button)) await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
    }
    await check(at, 'phone')
  }
  expect(wrong).toEqual([])
}

const idOf = async (page: Page, at: string, links: string) => {
  await page.goto(server.origin('acme') + at)
  return (await page.locator(links).first().getAttribute('href')) as string
}

describe.each(['en-XA', 'ar-XB'])('in a language made for testing, %s', (locale) => {
  it('the pages of a team say nothing that is not from the catalogue, and fit a screen and a phone', async () => {
    const page = await (await openContext(browser, { locale })).newPage()
    const problems = watch(page)
    await enter(page, server.origin('acme'), 'owner@acme.test')
    const contact = await idOf(page, '/agent/contacts', 'th a[href^="/agent/contacts/"]')
    const organisation = await idOf(page, '/agent/contacts?of=organisations', 'th a[href^="/agent/organisations/"]')
    const policy = await idOf(page, '/settings/sla', 'main a[href^="/settings/sla/"]')
    const calendar = await idOf(page, '/settings/hours', 'main a[href^="/settings/hours/"]')
    const ticket = await idOf(page, '/agent?view=all', 'a[data-row]')
    const mail = await idOf(page, '/settings/mail', 'a[data-row]')
    const written = await idOf(page, '/agent/kb', 'th a[href^="/agent/kb/"]')
    const settings = ['', '/domains', '/audit', '/jobs', '/notifications', '/account', '/sessions', '/removed', '/sla', '/hours'].map(
      (at): [string] => [`/settings${at}`],
    )
    await look(page, locale, [
      ['/agent?view=all', 'tickets.new.title', 'tickets.inbox.saveView', 'tickets.inbox.columns', /Ñóţíƒíçáţíóñš/],
      ['/agent?view=breaching'],
      ['/agent?q=nothing-like-it'],
      ['/agent?q=(printer'],
      [ticket, noteTab, 'sla.show', 'tickets.menu.merge'],
      ['/agent/sla'],
      ['/agent/sla/ratings'],
      ['/agent/notifications'],
      ['/agent/contacts', 'contacts.contact.new'],
      ['/agent/contacts?of=organisations', 'contacts.organisation.new'],
      ['/agent/contacts/import'],
      ['/agent/kb', 'kb.new.title'],
      ['/agent/kb/categories', 'kb.categories.new'],
      ['/agent/kb/analytics'],
      ['/agent/kb/comments'],
      ['/agent/kb/links'],
      ['/agent/kb/synonyms', 'kb.synonyms.new'],
      ['/agent/kb/import'],
      [`${written}/analytics`],
      [contact],
      [organisation],
      ...settings,
      ['/settings/mail'],
      ['/settings/mail?tab=ignored'],
      ['/settings/mail?tab=spam'],
      ['/settings/mail?tab=all'],
      [mail, 'settings.mail.createTicket', 'settings.mail.attach'],
      ['/settings/mailboxes', 'settings.mailboxes.add'],
      ['/settings/people', 'settings.people.invite'],
      ['/settings/people?kind=customers'],
      ['/settings/roles', 'settings.roles.new', 'settings.grants.new'],
      ['/settings/departments', 'settings.departments.new'],
      ['/settings/team-notifications', 'notifications.hooks.add'],
      ['/settings/tokens', 'settings.tokens.new'],
      ['/settings/answers', 'tickets.canned.newResponse', 'tickets.canned.newMacro'],
      ['/settings/fields', 'fields.new'],
      ['/settings/sla/new', 'slaSettings.conditions.add', 'slaSettings.escalation.addReminder', 'slaSettings.escalation.addEscalation'],
      [policy],
      ['/settings/hours/new', 'slaSettings.holidays.add'],
      [calendar],
    ])
    expect(problems).toEqual([])
  })

  it('the portal says nothing that is not from the catalogue, and fits a screen and a phone', async () => {
    const page = await (await openContext(browser, { locale })).newPage()
    const problems = watch(page)
    await enter(page, server.origin('acme'), 'customer@acme.test')
    const request = await idOf(page, '/requests', 'a[href^="/requests/"]')
    const category = await idOf(page, '/kb', 'main a[href*="/categories/"]')
    const article = await idOf(page, category, 'main li a[href^="/kb/"]:not([href*="/categories/"])')
    const pages: Pages = [
      ['/'],
      ['/kb'],
      [category],
      [article],
      ['/kb/search?q=reproof+jackets'],
      ['/kb/search?q=zzqwxy'],
      ['/submit'],
      ['/requests'],
      [request],
      ['/settings/account'],
      ['/settings/notifications'],
    ]
    await look(page, locale, pages)
    expect(problems).toEqual([])
  })
})

it('the platform says nothing that is not from the catalogue, and fits a phone', async () => {
  const page = await (await openContext(browser, { locale: 'en-XA', viewport: { width: 360, height: 740 } })).newPage()
  const problems = watch(page)
  for (const at of ['/', '/find', '/sign-up', '/sign-in']) {
    await page.goto(server.origin('') + at)
    await page.getByRole('heading').first().waitFor()
    expect({ at, plain: await plainWords(page, data), overflow: await overflow(page) }).toEqual({ at, plain: [], overflow: 0 })
  }
  expect(problems).toEqual([])
})

it('a browser that asks for a language we do not have gets English, as it is written in Britain', async () => {
  const page = await (await openContext(browser, { locale: 'tlh' })).newPage()
  await page.goto(`${server.origin('acme')}/sign-in`)
  expect(await page.locator('html').getAttribute('lang')).toBe('en-GB')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})
