// Takes the pictures of the README from a server of its own:  npx tsx scripts/screenshots.ts [FOLDER] [LANGUAGE]
// In ar-XB and en-XA, made for testing, they show what a longer language and one from right to left do to the pages.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { enter, openBrowser, textIn } from '../e2e/browser'
import { startServer } from '../e2e/server'

const readme = 'docs/screenshots'
const [folder = readme, language = 'en'] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })

const shots = [
  { name: 'inbox', as: 'moderator', path: '/agent?view=open' },
  { name: 'ticket', as: 'moderator', path: '/agent?view=all', click: 'a[data-row]' },
  { name: 'sla', as: 'moderator', path: '/agent/sla' },
  { name: 'sla-ledger', as: 'moderator', path: '/agent?view=breaching', click: 'a[data-row]', press: 'sla.show' },
  { name: 'contacts', as: 'moderator', path: '/agent/contacts' },
  { name: 'import', as: 'moderator', path: '/agent/contacts/import' },
  { name: 'answers', as: 'owner', path: '/settings/answers' },
  { name: 'departments', as: 'owner', path: '/settings/departments' },
  { name: 'portal', as: null, path: '/' },
  { name: 'submit', as: null, path: '/submit' },
  { name: 'requests', as: 'customer', path: '/requests' },
  { name: 'people', as: 'owner', path: '/settings/people' },
  { name: 'roles', as: 'owner', path: '/settings/roles' },
  { name: 'domains', as: 'owner', path: '/settings/domains' },
  { name: 'general', as: 'owner', path: '/settings' },
  { name: 'notifications', as: 'owner', path: '/settings/notifications' },
  { name: 'team-notifications', as: 'owner', path: '/settings/team-notifications' },
  { name: 'jobs', as: 'owner', path: '/settings/jobs' },
  { name: 'sign-up', as: 'root', path: '/sign-up' },
  { name: 'tokens', as: 'owner', path: '/settings/tokens' },
  { name: 'sessions', as: 'owner', path: '/settings/sessions' },
  { name: 'audit', as: 'owner', path: '/settings/audit' },
  { name: 'sign-in', as: null, path: '/sign-in' },
  { name: 'console', as: 'root', path: '/console' },
]
const looks = [
  { suffix: '', width: 1280, height: 800, colorScheme: 'light' as const },
  { suffix: '-dark', width: 1280, height: 800, colorScheme: 'dark' as const },
  { suffix: '-360', width: 360, height: 740, colorScheme: 'light' as const },
]

const server = await startServer({ tickets: 60 })
const browser = await openBrowser()
try {
  const sessions = new Map<string, Awaited<ReturnType<typeof signedInState>>>()
  for (const { as } of shots) if (as && !sessions.has(as)) sessions.set(as, await signedInState(as))
  for (const look of looks) for (const shot of shots) await take(browser, shot, look, shot.as ? sessions.get(shot.as) : undefined)
  if (folder === readme) await writeLanding()
} finally {
  await browser.close()
  await server.kill('SIGTERM')
}

/** The pictures that the platform's start page shows. */
async function writeLanding() {
  for (const suffix of ['', '-dark'])
    await sharp(path.join(folder, `inbox${suffix}.png`))
      .webp({ quality: 82 })
      .toFile(`app/(platform)/inbox${suffix}.webp`)
}

async function signedInState(as: string) {
  const context = await browser.newContext()
  await enter(await context.newPage(), deskOf(as), as === 'root' ? 'root@platform.test' : `${as}@acme.test`)
  return context.storageState()
}

function deskOf(as: string | null) {
  return server.origin(as === 'root' ? '' : 'acme')
}

type State = Awaited<ReturnType<typeof signedInState>>

async function take(from: Browser, shot: (typeof shots)[number], look: (typeof looks)[number], storageState?: State) {
  const context = await from.newContext({
    storageState,
    locale: language === 'en' ? undefined : language,
    viewport: { width: look.width, height: look.height },
    colorScheme: look.colorScheme,
  })
  const page = await context.newPage()
  await page.goto(deskOf(shot.as) + shot.path)
  if (shot.click) {
    await page.locator(shot.click).first().click()
    // On a phone it is a sheet.
    await page
      .getByRole('complementary', { name: textIn(language, 'agent.ticket.details'), includeHidden: true })
      .waitFor({ state: 'attached' })
  }
  if (shot.press && look.width < 768) await page.getByRole('button', { name: textIn(language, 'agent.ticket.details') }).click()
  if (shot.press)
    await page
      .getByRole('button', { name: textIn(language, shot.press) })
      .first()
      .click()
  // Countdowns begin once the page lives in the browser.
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: path.join(folder, `${shot.name}${look.suffix}.png`) })
  await context.close()
}
