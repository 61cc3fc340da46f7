import { describe, expect, it } from 'vitest'
import { addressOf, settingsPages } from '../app/t/[host]/settings/pages'
import { choose, chosen, composer, enter, expectAccessible, openContext, openProduct, signIn, watch } from './browser'
import { helpCentreSuite } from './help-centre.suite'
import { askAt, jsonHeaders, tokenOf } from './http'

const product = openProduct()

describe('the main job in the browser', () => {
  it('a customer submits on the portal, the agent replies, the customer reads it and answers', async () => {
    const acme = product.server.origin('acme')
    const customer = await (await openContext(product.browser)).newPage()
    const agent = await (await openContext(product.browser)).newPage()
    const problems = [...watch(customer), ...watch(agent)]

    await signIn(customer, acme, 'customer@acme.test')
    await customer.getByRole('link', { name: 'Submit a request' }).first().click()
    await customer.getByLabel('Subject').fill('The door will not close')
    await customer.getByLabel('Description').fill('It rubs on the floor\nsince Monday.')
    const file = { name: 'door.txt', mimeType: 'text/plain', buffer: Buffer.from('It is red.') }
    await customer.getByLabel('Files', { exact: true }).setInputFiles(file)
    await customer.getByRole('list', { name: 'Files' }).getByText('10 B').waitFor()
    await customer.getByRole('button', { name: 'Send request' }).click()
    const reference = await customer.getByRole('status').locator('strong').textContent()
    expect(reference).toMatch(/^ACME-\d+$/)

    await signIn(agent, acme, 'agent@acme.test')
    await agent.getByRole('link', { name: /Unassigned/ }).click()
    await agent.getByRole('link', { name: new RegExp(reference as string) }).click()
    await agent.getByRole('heading', { name: 'The door will not close' }).waitFor()
    await agent.getByRole('link', { name: /door\.txt/ }).waitFor()
    await choose(agent, 'Assignee', 'Amina Haddad')
    await agent.getByText('Saved.').waitFor()
    await (await composer(agent, 'Note')).fill('Second door this week.')
    await agent.getByRole('button', { name: 'Add note' }).click()
    await agent.getByRole('list', { name: 'Conversation' }).getByText('Second door this week.').waitFor()
    await agent.getByRole('tab', { name: 'Reply' }).click()
    await agent.getByRole('textbox', { name: 'Reply' }).fill('We are sending a carpenter.')
    await agent.getByRole('button', { name: 'Send', exact: true }).click()
    await agent.getByRole('list', { name: 'Conversation' }).getByText('We are sending a carpenter.').waitFor()
    await expect.poll(() => chosen(agent, 'Status')).toBe('In progress')

    await customer.getByRole('link', { name: 'My requests' }).first().click()
    await customer.getByRole('link', { name: 'Waiting for you', exact: true }).click()
    await customer.waitForURL(/state=waiting/)
    await customer.getByRole('searchbox', { name: 'Search requests' }).fill('door')
    await customer.keyboard.press('Enter')
    await customer.waitForURL(/state=waiting&q=door/)
    await customer.getByRole('link', { name: /The door will not close/ }).click()
    await customer.getByText('We are sending a carpenter.').waitFor()
    expect(await customer.getByText('Second door this week.').count()).toBe(0)
    await customer.getByLabel('Reply').fill('Great, thank you.')
    await customer.getByRole('button', { name: 'Send reply' }).click()
    await customer.getByRole('list', { name: 'Conversation' }).getByText('Great, thank you.').waitFor()

    await agent.reload()
    await agent.getByText('Great, thank you.').waitFor()
    await agent.goto(`${acme}/dev/mail`)
    await agent.getByText('We are sending a carpenter.').waitFor()
    expect(problems).toEqual([])
  })

  it('submits without JavaScript and keeps what was typed when something is missing', async () => {
    const page = await (await openContext(product.browser, { javaScriptEnabled: false })).newPage()
    await page.goto(`${product.server.origin('globex')}/submit`)
    await page.getByLabel('Your name').fill('No Script')
    await page.getByLabel('Subject').fill('Plain form')
    await page.getByRole('button', { name: 'Send request' }).click()
    await page.getByText('Enter a description.').waitFor()
    expect(await page.getByLabel('Your name').inputValue()).toBe('No Script')
    await page.getByLabel('Email').fill('no.script@example.com')
    await page.getByLabel('Description').fill('Works everywhere.')
    await page.getByRole('button', { name: 'Send request' }).click()
    await page.getByText(/GLOBEX-\d+/).waitFor()
  })

  it('keeps every choice and file when something is wrong, and offers the categories of the chosen department alone', async () => {
    const port = product.server.port
    const headers = jsonHeaders(await tokenOf(port, 'acme', 'owner'))
    const departments = (await askAt(port, 'acme.localhost', 'GET', '/api/v1/department', { headers })).json.items as {
      id: string
      name: string
    }[]
    const [first, second] = [...departments].sort((a, b) => a.name.localeCompare(b.name))
    for (const [name, department] of [
      ['Of the first', first],
      ['Of the second', second],
    ] as const) {
      const body = JSON.stringify({ name, departmentId: department?.id })
      expect((await askAt(port, 'acme.localhost', 'POST', '/api/v1/categories', { headers, body })).status).toBe(201)
    }
    const context = await openContext(product.browser, { timezoneId: 'Africa/Nairobi' })
    const page = await context.newPage()
    const problems = watch(page)
    await page.goto(`${product.server.origin('acme')}/`)
    await page.getByRole('link', { name: 'Of the first' }).click()
    const category = page.getByLabel('Category')
    await expect.poll(() => category.locator('option:checked').textContent()).toBe('Of the first')
    await expect
      .poll(async () => {
        await page.getByLabel('Department').selectOption({ label: second?.name as string })
        return (await category.locator('option').allTextContents()).filter((name) => name.startsWith('Of the'))
      })
      .toEqual(['Of the second'])
    await category.selectOption({ label: 'Of the second' })
    await page.getByLabel('Your name').fill('Keeper')
    await page.getByLabel('Subject').fill('Nothing is lost')
    await page.getByLabel('Description').fill('See the file.')
    await page.getByLabel('Email').fill('not an address')
    await page.getByLabel('Files', { exact: true }).setInputFiles({ name: 'good.txt', mimeType: 'text/plain', buffer: Buffer.from('good') })
    await page.getByRole('button', { name: 'Send request' }).click()
    await page.locator('[name=email][aria-invalid=true]').waitFor()
    expect(await page.getByLabel('Department').locator('option:checked').textContent()).toBe(second?.name)
    expect(await category.locator('option:checked').textContent()).toBe('Of the second')
    await page.getByRole('list', { name: 'Files' }).getByText('good.txt').waitFor()
    await page.getByLabel('Email').fill('keeper@example.com')
    expect(await page.locator('[aria-invalid=true]').count()).toBe(0)
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Send request' }).click()
    const number = await page.getByRole('status').locator('strong').textContent()
    await page.getByRole('status').getByText('(EAT)').waitFor()
    const { items } = (await askAt(port, 'acme.localhost', 'GET', `/api/v1/ticket?q=${number}`, { headers })).json
    expect(items[0]).toMatchObject({ category: { name: 'Of the second' }, department: { name: second?.name } })
    const answer = await page.goto(`${product.server.origin('acme')}/submit/done?number=Call+555-1234&by=2026-11-26`)
    expect(answer?.status()).toBe(404)
    expect(await page.getByText('555-1234').count()).toBe(0)
    expect(problems.filter((problem) => !problem.includes('404'))).toEqual([])
  })

  it('is one request although its answer was lost on the way and the browser sends it again', async () => {
    const page = await (await openContext(product.browser)).newPage()
    await page.goto(`${product.server.origin('globex')}/submit`)
    let sent = 0
    await page.route('**/submit', async (route) => {
      const request = route.request()
      if (request.method() !== 'POST' || sent++ > 0) return route.continue()
      const body = request.postDataBuffer() as Buffer
      await askAt(product.server.port, 'globex.localhost', 'POST', '/submit', { body, headers: await request.allHeaders() })
      await route.abort('connectionreset')
    })
    await page.getByLabel('Your name').fill('Far Away')
    await page.getByLabel('Email').fill('far.away@example.com')
    await page.getByLabel('Subject').fill('Lost on the way')
    await page.getByLabel('Description').fill('Is it there?')
    await page.getByRole('button', { name: 'Send request' }).click()
    await page.getByText(/GLOBEX-\d+/).waitFor()
    expect(sent).toBe(2)
    const headers = jsonHeaders(await tokenOf(product.server.port, 'globex', 'owner'))
    // What is searched is indexed a moment later.
    const found = async () => {
      const { json } = await askAt(product.server.port, 'globex.localhost', 'GET', '/api/v1/ticket?q=lost', { headers })
      return json.items.map(({ title }: { title: string }) => title)
    }
    await expect.poll(found).toEqual(['Lost on the way'])
  })
})

describe('the link in a mail', () => {
  it('opens the request to its requester without an account, and nothing else', async () => {
    const acme = product.server.origin('acme')
    const headers = jsonHeaders()
    const body = JSON.stringify({ name: 'Nia Guest', email: 'nia.guest@example.com', title: 'Only by mail', description: 'No account.' })
    const { json } = await askAt(product.server.port, 'acme.localhost', 'POST', '/api/v1/public/tickets', { headers, body })
    const page = await (await openContext(product.browser)).newPage()
    await expect
      .poll(async () => {
        await page.goto(`${acme}/dev/mail`)
        return page.getByText(`[${json.number}] Only by mail`).count()
      })
      .toBeGreaterThan(0)
    const link = /http\S+\/request#[\w.-]+/.exec((await page.locator('body').textContent()) ?? '')?.[0] as string
    const guest = await (await openContext(product.browser, { viewport: { width: 360, height: 740 } })).newPage()
    const problems = watch(guest)
    await guest.goto(link)
    await guest.getByRole('button', { name: 'Open request' }).waitFor()
    await expectAccessible(guest)
    await guest.getByRole('button', { name: 'Open request' }).click()
    await guest.getByRole('heading', { name: 'Only by mail' }).waitFor()
    await expectAccessible(guest)
    await guest.getByLabel('Reply').fill('Here I am.')
    await guest.getByRole('button', { name: 'Send reply' }).click()
    await guest.getByRole('list', { name: 'Conversation' }).getByText('Here I am.').waitFor()
    await guest.getByText('You opened this request with a link from an email.').waitFor()
    expect(problems).toEqual([])
    await guest.goto(`${acme}/settings/account`)
    await guest.getByRole('heading', { name: 'Sign in' }).waitFor()
    await guest.goto(`${acme}/request#${'0'.repeat(32)}.abc.${'x'.repeat(27)}`)
    await guest.getByRole('button', { name: 'Open request' }).click()
    await guest.getByText('This link has expired').waitFor()
    await expectAccessible(guest)
  })
})

describe('working all day', () => {
  it('keeps a note out of the reply, through tabs and reloads', async () => {
    const page = await (await openContext(product.browser)).newPage()
    await signIn(page, product.server.origin('acme'), 'moderator@acme.test')
    await page.goto(`${product.server.origin('acme')}/agent?view=open`)
    await page.locator('a[data-row]').first().click()
    await (await composer(page, 'Note')).fill('Only for us')
    await page.getByRole('tab', { name: 'Reply' }).click()
    expect(await page.getByRole('textbox', { name: 'Reply' }).textContent()).toBe('')
    await page.reload()
    await expect.poll(() => page.getByRole('textbox', { name: 'Note' }).textContent()).toBe('Only for us')
    await page.getByRole('tab', { name: 'Note' }).press('ArrowLeft')
    expect(await page.getByRole('textbox', { name: 'Reply' }).textContent()).toBe('')
  })

  it('walks the list and its tickets by keyboard, and finds the way back', async () => {
    const page = await (await openContext(product.browser)).newPage()
    await signIn(page, product.server.origin('acme'), 'moderator@acme.test')
    await page.goto(`${product.server.origin('acme')}/agent?view=open`)
    const isOnRow = () => page.evaluate(() => document.activeElement?.matches('a[data-row]'))
    // The keys work once the page has come alive; k at the first row stays there.
    await expect.poll(() => page.keyboard.press('k').then(isOnRow)).toBe(true)
    await page.keyboard.press('Enter')
    await page.getByText(/^1 of \d+$/).waitFor()
    const first = await page.getByRole('heading', { level: 1 }).textContent()
    await page.keyboard.press('j')
    await page.getByText(/^2 of \d+$/).waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).not.toBe(first)
    await page.keyboard.press('k')
    await page.getByRole('heading', { name: first as string, level: 1 }).waitFor()
    // Each press counts, also while the page it leads to is on its way.
    for (const key of ['j', 'j', 'j', 'k', 'j']) await page.keyboard.press(key)
    await page.getByText(/^4 of \d+$/).waitFor()
    // Its page follows what the list knew of it.
    await page.getByRole('combobox', { name: 'Priority' }).waitFor()
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true)
    expect(await page.getByRole('heading', { name: 'Requester' }).isVisible()).toBe(true)
    expect(await page.getByRole('combobox', { name: 'Priority' }).isVisible()).toBe(true)
    expect(await page.getByRole('navigation').filter({ visible: true }).count()).toBe(0)
    await page.emulateMedia({ media: null })
    await page.keyboard.press('Escape')
    await page.waitForURL(/\/agent\?view=open$/)
  })

  it('asks before it throws away a form, and says at the field what is wrong', async () => {
    const page = await (await openContext(product.browser)).newPage()
    await signIn(page, product.server.origin('acme'), 'owner@acme.test')
    await page.goto(`${product.server.origin('acme')}/settings/departments`)
    await page.getByRole('button', { name: 'New department' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('support')
    await page.keyboard.press('Escape')
    await dialog.getByRole('button', { name: 'Keep editing' }).click()
    await dialog.getByRole('button', { name: 'Create department' }).click()
    // Said once, at the field, which has the focus.
    await dialog.getByText('A department with this name already exists.').waitFor()
    await expect.poll(() => dialog.getByLabel('Name').evaluate((field) => field === document.activeElement)).toBe(true)
    expect(await dialog.getByLabel('Name').getAttribute('aria-invalid')).toBe('true')
    await page.keyboard.press('Escape')
    await dialog.getByRole('button', { name: 'Discard' }).click()
    await dialog.waitFor({ state: 'hidden' })
  })

  it.each(['/agent/tickets/not-a-uuid', '/kb/%FF', '/requests/not-a-uuid', '/agent?view=bogus&cursor=xx'])(
    'answers %s with the 404 page',
    async (path) => {
      const page = await (await openContext(product.browser)).newPage()
      await signIn(page, product.server.origin('acme'), 'owner@acme.test')
      await page.goto(product.server.origin('acme') + path)
      await page.getByRole('heading', { name: 'Page not found' }).waitFor()
      await page.goto(`${product.server.origin('acme')}/agent?q=${'x'.repeat(3000)}`)
      await page.getByText('No results').waitFor()
    },
  )

  it('a link that was used says so before anybody types a password', async () => {
    const page = await (await openContext(product.browser)).newPage()
    await page.goto(`${product.server.origin('acme')}/reset-password#${'x'.repeat(43)}`)
    await page.getByRole('alert').getByText('expired or was already used').waitFor()
    await page.getByRole('link', { name: 'Get a new link' }).click()
    await page.waitForURL(/forgot-password/)
  })
})

describe('two workspaces side by side', () => {
  it('never share a session, not even when a cookie is carried over by hand', async () => {
    const one = await openContext(product.browser)
    const page = await one.newPage()
    await signIn(page, product.server.origin('acme'), 'owner@acme.test')
    expect(page.url()).toContain('acme.localhost')
    await page.goto(`${product.server.origin('globex')}/agent`)
    await page.waitForURL(/globex\.localhost.*\/sign-in/)

    const [cookie] = (await one.cookies(product.server.origin('acme'))).filter(({ name }) => name.endsWith('.session'))
    expect(cookie).toMatchObject({ name: 'baraza.acme.session', domain: 'acme.localhost', httpOnly: true })
    const two = await openContext(product.browser)
    await two.addCookies([{ ...(cookie as NonNullable<typeof cookie>), name: 'baraza.globex.session', domain: 'globex.localhost' }])
    const other = await two.newPage()
    await other.goto(`${product.server.origin('globex')}/agent`)
    await other.waitForURL(/\/sign-in/)
    const session = await other.goto(`${product.server.origin('globex')}/api/auth/session`)
    expect(await session?.json()).not.toHaveProperty('user')
  })

  it('signing out everywhere ends the other browser at its next step', async () => {
    const first = await (await openContext(product.browser)).newPage()
    const second = await (await openContext(product.browser)).newPage()
    await signIn(first, product.server.origin('acme'), 'agent2@acme.test')
    await signIn(second, product.server.origin('acme'), 'agent2@acme.test')
    await first.goto(`${product.server.origin('acme')}/settings/sessions`)
    await first.getByRole('button', { name: /Sign out everywhere/ }).click()
    await first.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
    await first.waitForURL(/\/sign-in/)
    await second.goto(`${product.server.origin('acme')}/agent`)
    await second.waitForURL(/\/sign-in/)
  })
})

describe('every screen', () => {
  const staff = [
    ...Object.values(settingsPages).flat().map(addressOf),
    '/agent', '/agent?view=all', '/agent?q=nothing-like-it', '/agent?view=breaching', '/agent/sla', '/agent/sla/ratings', '/agent?q=printer', '/agent?q=(printer',
    '/settings/people?kind=customers', '/settings/sla/new', '/settings/hours/new', '/settings/mail-templates/ticket_received',
    '/agent/sla/results', '/agent/contacts', '/agent/contacts?of=organisations', '/agent/contacts/import', '/agent/notifications',
    '/agent/kb', '/agent/kb?q=nothing-like-it', '/agent/kb/categories', '/agent/kb/analytics', '/agent/kb/comments', '/agent/kb/links',
    '/agent/kb/synonyms', '/agent/kb/import',
  ] // biome-ignore format: a list reads better than a column
  const open = [
    '/',
    '/kb',
    '/kb/nowhere',
    '/kb/search?q=parcel',
    '/kb/search?q=zzqwxy',
    '/submit',
    '/sign-in',
    '/sign-up',
    '/forgot-password',
    '/reset-password',
    '/magic-link',
    '/invitation',
    '/dev/mail',
    '/missing',
  ]

  it('is accessible in light and dark, and fits 360 pixels without scrolling sideways', async () => {
    const page = await (await openContext(product.browser)).newPage()
    const { width, height } = page.viewportSize() as { width: number; height: number }
    const check = async (origin: string, path: string) => {
      await page.goto(origin + path)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await expectAccessible(page, colorScheme === 'light' ? 'all' : 'colours')
      }
      await page.setViewportSize({ width: 360, height: 740 })
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      expect(overflow, path).toBeLessThanOrEqual(0)
      await page.setViewportSize({ width, height })
    }
    const acme = product.server.origin('acme')
    for (const path of open) await check(acme, path)
    await enter(page, acme, 'owner@acme.test')
    await page.goto(`${acme}/agent?view=all`)
    const ticket = (await page.locator('a[data-row]').first().getAttribute('href')) as string
    await page.goto(`${acme}/agent/kb`)
    const article = (await page.locator('th a[href^="/agent/kb/"]').first().getAttribute('href')) as string
    for (const path of [...staff, article, `${article}/analytics`, ticket, ticket.replace('/agent/tickets', '/requests'), '/requests'])
      await check(acme, path)
    await check(product.server.origin(''), '/')
    await enter(page, product.server.origin(''), 'root@platform.test')
    await page.goto(`${product.server.origin('')}/console`)
    const workspace = (await page.locator('a[href^="/console/tenants/"]').first().getAttribute('href')) as string
    for (const path of ['/sign-up', '/find', '/console', workspace, '/console/jobs', '/console/admins'])
      await check(product.server.origin(''), path)
  })
})

helpCentreSuite(product)

describe('the platform console', () => {
  it('creates a tenant whose owner joins by the link from the mail, suspends and resumes it', async () => {
    const root = await (await openContext(product.browser)).newPage()
    await signIn(root, product.server.origin(''), 'root@platform.test')
    await root.getByRole('button', { name: 'New workspace' }).click()
    await root.getByLabel('Company name').fill('Initech')
    await root.getByLabel('Address').fill('initech')
    await root.getByLabel('Owner’s name').fill('Bill')
    await root.getByLabel('Owner’s email').fill('bill@initech.test')
    await root.getByRole('button', { name: 'Create workspace' }).click()
    await root.getByText('Initech').first().waitFor()

    const owner = await (await openContext(product.browser)).newPage()
    const mailbox = `${product.server.origin('initech')}/dev/mail`
    await expect
      .poll(
        async () => {
          await owner.goto(mailbox)
          return owner.getByText('You are invited to Initech').count()
        },
        { timeout: 60_000 },
      )
      .toBe(1)
    await owner.getByRole('link', { name: /invitation/ }).click()
    await owner.getByLabel('Your name').fill('Bill Lumbergh')
    await owner.getByLabel('Password').fill('a long password')
    await owner.getByRole('button', { name: 'Join' }).click()
    await owner.waitForURL(/\/agent/)
    await owner.getByText('No tickets assigned to you').waitFor()

    const row = root.getByRole('main').getByRole('listitem').filter({ hasText: 'Initech' })
    await row.getByRole('button', { name: 'Suspend' }).click()
    await root.getByLabel('Reason').fill('Unpaid')
    await root.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click()
    await row.getByText('Suspended', { exact: true }).waitFor()
    await owner.goto(`${product.server.origin('initech')}/agent`)
    await owner.getByText('Initech is suspended').waitFor()
    await row.getByRole('button', { name: 'Resume' }).click()
    await row.getByText('Active', { exact: true }).waitFor()
    await owner.goto(`${product.server.origin('initech')}/agent`)
    await owner.getByText('No tickets assigned to you').waitFor()
  })
})

describe('someone who wants a workspace', () => {
  it('opens one on the root host, watches its setup and arrives signed in, with what to do first', async () => {
    const page = await (await openContext(product.browser)).newPage()
    const problems = watch(page)
    await page.goto(product.server.origin(''))
    await page.getByRole('link', { name: 'Find your workspace' }).first().click()
    await page.getByLabel('Email').fill('nobody@umbrella.test')
    await page.getByRole('button', { name: 'Send links' }).click()
    await page.getByRole('status').getByText('If nobody@umbrella.test has an account').waitFor()
    await page.goto(product.server.origin(''))
    await page.getByRole('link', { name: 'Create a workspace' }).click()
    await page.getByLabel('Company name').fill('Umbrella & Söhne')
    expect(await page.getByLabel('Address').inputValue()).toBe('umbrella-sohne')
    await page.getByLabel('Address').fill('acme')
    await page.getByText('This name is taken.').waitFor()
    await page.getByLabel('Address').fill('umbrella')
    await page.getByLabel('Your name').fill('Ada')
    await page.getByLabel('Email').fill('ada@umbrella.test')
    await page.getByLabel('Password').fill('a long password')
    await page.getByRole('button', { name: 'Create workspace' }).click()
    await page.waitForURL(/umbrella\.localhost:\d+\/agent/, { timeout: 60_000 })
    await page.getByRole('heading', { name: 'Getting started' }).waitFor()
    await page.getByText('0 of 6 done').waitFor()
    await page.getByRole('link', { name: 'Submit a test request on your portal' }).click()
    await page.getByLabel('Subject').fill('My first request')
    await page.getByLabel('Description').fill('Does it work?')
    await page.getByRole('button', { name: 'Send request' }).click()
    await page.getByText(/UMBRELLA-1/).waitFor()
    await page.goto(`${product.server.origin('umbrella')}/agent?view=open`)
    await page.getByText('1 of 6 done').waitFor()
    await page.getByRole('button', { name: 'Hide checklist' }).click()
    await expect.poll(() => page.getByRole('heading', { name: 'Getting started' }).count()).toBe(0)
    expect(problems).toEqual([])
  })
})

describe('hosts that lead nowhere', () => {
  it('say so and help', async () => {
    const page = await (await openContext(product.browser)).newPage()
    const answer = await page.goto(`${product.server.origin('nobody')}/agent`)
    expect(answer?.status()).toBe(404)
    await page.getByText('There is no workspace at this address').waitFor()
    await expectAccessible(page)
    // A page that a workspace does not have is missing within its portal.
    expect((await page.goto(`${product.server.origin('acme')}/no/such/page`))?.status()).toBe(404)
    await page.getByRole('heading', { name: 'Page not found' }).waitFor()
    await page.getByRole('navigation', { name: 'Portal' }).waitFor()
  })

  it.each([
    ['nobody', '/agent', 'There is no workspace at this address'],
    ['acme', '/no/such/page', 'Page not found'],
    ['acme', '/kb/en/no-such-article', 'Article not found'],
    ['acme', '/submit/done?receipt=none', 'Page not found'],
  ])('say so without JavaScript: %s %s', async (slug, path, says) => {
    const page = await (await openContext(product.browser, { javaScriptEnabled: false })).newPage()
    const answer = await page.goto(product.server.origin(slug) + path)
    expect(answer?.status()).toBe(404)
    await page.getByRole('heading', { name: says }).waitFor()
    expect(await page.locator('meta[name=robots]').getAttribute('content')).toContain('noindex')
    expect(await page.getByRole('link').count()).toBeGreaterThan(1)
  })
})
