import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { choose, enter, expectAccessible, openContext, openProduct, overflow, plainWords, watch } from './browser'
import { editor, openDesk } from './desk'

const product = openProduct()
const { acme, open, submit } = openDesk(product)

/** A call of the API with the page's own session. */
const ask = <T>(page: Page, method: string, path: string, body?: object): Promise<T> =>
  page.evaluate(
    async ([how, at, given]) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`/api/v1${at}`, { method: how, headers, ...(given ? { body: JSON.stringify(given) } : {}) })
      return answer.json()
    },
    [method, path, body] as const,
  )
interface Article {
  id: string
  version: number
  content: string
  status: string
}
const text = (page: Page) => page.getByRole('textbox', { name: 'Text of the article' })
const isSaved = (page: Page) =>
  page
    .getByRole('status')
    .filter({ hasText: /^Saved$/ })
    .waitFor()
const read = (page: Page) => ask<Article>(page, 'GET', `/kb/articles/${page.url().split('/').at(-1)}`)

async function begin(page: Page, title: string) {
  await page.goto(`${acme()}/agent/kb`)
  await page.getByRole('button', { name: 'New article' }).click()
  await page.getByRole('dialog').getByLabel('Title').fill(title)
  await page.getByRole('button', { name: 'Create' }).click()
  await text(page).waitFor()
}

describe('a writer', () => {
  it('writes an article, publishes it, changes it and goes back', async () => {
    const page = await open('owner', '/agent')
    const problems = watch(page)
    await begin(page, 'Washing instructions')
    await text(page).click()
    await page.keyboard.type('## Wool')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Wash it cold.')
    await page.getByRole('toolbar', { name: 'Formatting' }).getByLabel('Callout').selectOption('warning')
    await isSaved(page)
    expect((await read(page)).content).toContain('<h2 id="s-wool">Wool</h2><div data-callout="warning"><p>Wash it cold.</p></div>')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByText('Published', { exact: true }).waitFor()
    await text(page).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(' Twice.')
    await isSaved(page)
    await page.getByText('Draft, published').waitFor()
    await page.getByRole('button', { name: 'History' }).click()
    const history = page.getByRole('dialog')
    await history.locator('ins').getByText('Twice').waitFor()
    await expectAccessible(page)
    await history.getByRole('button', { name: 'Restore version 1' }).click()
    await history.waitFor({ state: 'hidden' })
    expect(await text(page).textContent()).toBe('WoolWash it cold.')
    await page.getByLabel('Title for search engines').fill('How to wash wool')
    await choose(page, 'Visible to', 'Signed-in customers')
    await isSaved(page)
    expect(await read(page)).toMatchObject({ seoTitle: 'How to wash wool', audience: 'customers' })
    await page.getByRole('link', { name: 'All articles' }).click()
    await page.getByRole('link', { name: 'Washing instructions' }).waitFor()
    expect(problems).toEqual([])
  })

  it('pastes Markdown, and keeps tables and pictures that came from elsewhere', async () => {
    const page = await open('owner', '/agent')
    await begin(page, 'Sizes')
    const table = '<table><tbody><tr><th><p>Size</p></th></tr><tr><td><p>M</p></td></tr></tbody></table>'
    const kept = `<p>H<sub>2</sub>O</p>${table}<p><img src="https://x.test/a.png" alt="A" width="40" /></p><h2 id="s-old">New</h2>`
    const { id, version } = await read(page)
    await ask(page, 'PUT', `/kb/articles/${id}`, { version, content: kept })
    await page.reload()
    await text(page).click()
    await page.keyboard.press('Control+End')
    // Browsers tell of the selection with their next frame.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    await page.keyboard.press('Enter')
    await expect.poll(() => text(page).locator('> :last-child').textContent()).toBe('')
    await page.evaluate(() => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', '- **one**\n- [two](/help)')
      document
        .querySelector('[role=textbox].article')
        ?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    })
    await isSaved(page)
    const { content } = await read(page)
    expect(content).toContain('<li><p><strong>one</strong></p></li><li><p><a href="/help">two</a></p></li>')
    for (const part of [
      'H<sub>2</sub>O',
      '<th colspan="1" rowspan="1"><p>Size</p></th>',
      '<img src="https://x.test/a.png" alt="A" width="40" />',
      '<h2 id="s-old">New</h2>',
    ])
      expect(content).toContain(part)
  })

  it('is not changed by reading: not below its last table or list, and no wider than a phone', async () => {
    const page = await open('owner', '/agent/kb?q=Delivery+times')
    await page.getByRole('link', { name: 'Delivery times', exact: true }).click()
    await text(page).getByRole('cell').first().click()
    await page.keyboard.press('ControlOrMeta+f')
    await page.getByRole('search', { name: 'Find and replace' }).getByLabel('Find', { exact: true }).fill('Kenya')
    await page.getByText('Draft, published').or(page.getByText('Not saved yet')).waitFor({ state: 'detached' })
    await page.setViewportSize({ width: 360, height: 740 })
    const toolbar = page.getByRole('button', { name: 'Redo' })
    await toolbar.scrollIntoViewIfNeeded()
    const { x, width } = (await toolbar.boundingBox()) as { x: number; width: number }
    expect(x + width).toBeLessThanOrEqual(360)
    await page.close()
  })

  it('finds words and replaces them, as one step to undo', async () => {
    const page = await open('owner', '/agent')
    await begin(page, 'Colours')
    await text(page).click()
    await page.keyboard.type('Red tents, red bags and RED hats.')
    await page.keyboard.press('ControlOrMeta+f')
    const bar = page.getByRole('search', { name: 'Find and replace' })
    await bar.getByLabel('Find', { exact: true }).fill('red')
    await bar.getByText('1 of 3').waitFor()
    await expectAccessible(page)
    await bar.getByRole('button', { name: 'Match case' }).click()
    await bar.getByText('1 of 1').waitFor()
    await bar.getByRole('button', { name: 'Match case' }).click()
    await bar.getByRole('button', { name: 'Next match' }).click()
    await bar.getByLabel('Replace with').fill('$1 blue')
    await bar.getByRole('button', { name: 'Replace', exact: true }).click()
    const said = () => text(page).textContent()
    const counted = await said()
    await bar.getByRole('button', { name: 'Replace all' }).click()
    expect([(counted?.match(/blue/g) ?? []).length, await said()]).toEqual([1, '$1 blue tents, $1 blue bags and $1 blue hats.'])
    await bar.getByText('Not found').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Undo' }).click()
    expect(await said()).toBe(counted)
    await page.getByRole('button', { name: 'Redo' }).click()
    await isSaved(page)
    expect((await read(page)).content).toBe('<p>$1 blue tents, $1 blue bags and $1 blue hats.</p>')
  })

  it('pastes a picture, says what it shows, and readers see it', async () => {
    const page = await open('owner', '/agent')
    await begin(page, 'The shop window')
    await text(page).click()
    await page.keyboard.type('Look: ')
    await page.evaluate(async () => {
      const canvas = new OffscreenCanvas(60, 40)
      canvas.getContext('2d')?.fillRect(0, 0, 60, 40)
      const clipboardData = new DataTransfer()
      clipboardData.items.add(new File([await canvas.convertToBlob()], 'image.png', { type: 'image/png' }))
      document
        .querySelector('[role=textbox].article')
        ?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    })
    await page.getByLabel('Alternative text').fill('A window')
    await expectAccessible(page)
    await isSaved(page)
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByText('Published', { exact: true }).waitFor()
    await page.goto(`${acme()}/kb/en/the-shop-window`)
    const picture = page.getByRole('img', { name: 'A window' })
    expect(await picture.evaluate((shown: HTMLImageElement) => [shown.naturalWidth, shown.naturalHeight])).toEqual([60, 40])
  })

  it('pastes the address of a video, gives it a title, and readers load it only once they play it', async () => {
    const page = await open('owner', '/agent')
    await begin(page, 'Pitching a tent')
    await text(page).click()
    await page.evaluate(() => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', 'https://youtu.be/dQw4w9WgXcQ?si=x')
      document
        .querySelector('[role=textbox].article')
        ?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    })
    await page.getByLabel('Title of the video').fill('A tent in two minutes')
    await expectAccessible(page)
    await isSaved(page)
    const link = 'href="https://www.youtube.com/watch?v=dQw4w9WgXcQ" data-video="YouTube"'
    expect((await read(page)).content).toContain(`<p><a ${link} rel="noopener noreferrer nofollow">A tent in two minutes</a></p>`)
    await page.reload()
    await text(page).locator('p.video').click()
    expect(await page.getByLabel('Title of the video').inputValue()).toBe('A tent in two minutes')
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByText('Published', { exact: true }).waitFor()
    const asked: string[] = []
    await page.context().route(/youtube/, (route) => {
      asked.push(route.request().url())
      return route.fulfill({ contentType: 'text/html', body: '<p>Playing' })
    })
    const problems = watch(page)
    await page.goto(`${acme()}/kb/en/pitching-a-tent`, { waitUntil: 'networkidle' })
    await page.getByText('Video on YouTube.').waitFor()
    await expectAccessible(page)
    expect(asked).toEqual([])
    await page.getByRole('link', { name: 'A tent in two minutes' }).click()
    await page.frameLocator('iframe[title="A tent in two minutes"]').getByText('Playing').waitFor()
    expect(asked).toEqual(['https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1'])
    expect(problems).toEqual([])
  })

  it('loses nothing when somebody else changes the same', async () => {
    const page = await open('owner', '/agent')
    await begin(page, 'Returns by post')
    await text(page).click()
    await page.keyboard.type('Mine')
    await isSaved(page)
    const change = async (more: object) => {
      const { id, version } = await read(page)
      await ask(page, 'PUT', `/kb/articles/${id}`, { version, ...more })
    }
    // Something else is simply taken over.
    await change({ tags: ['post'] })
    await page.keyboard.type(' and more')
    await isSaved(page)
    expect(await read(page)).toMatchObject({ tags: ['post'], content: '<p>Mine and more</p>' })
    await change({ content: '<p>Theirs</p>' })
    await page.keyboard.type(' still')
    const clash = page.getByRole('alert').filter({ hasText: 'A newer version was saved in another window' })
    await clash.getByText('Theirs', { exact: true }).waitFor()
    await clash.getByRole('button', { name: 'Compare' }).click()
    await clash.locator('del').getByText('Mine').waitFor()
    await expectAccessible(page)
    expect(await text(page).textContent()).toBe('Mine and more still')
    await clash.getByRole('button', { name: 'Save mine over it' }).click()
    await isSaved(page)
    expect((await read(page)).content).toBe('<p>Mine and more still</p>')
  })

  it('sees who else has the article open, and takes over what they saved', async () => {
    const page = await open('owner', '/agent')
    await begin(page, 'Two at once')
    const path = new URL(page.url()).pathname
    const other = await open('agent', path)
    await page.getByTitle('Also here').waitFor()
    await text(other).click()
    await other.keyboard.type('Written by another')
    await page.getByText('is editing').waitFor()
    const newer = page.getByRole('alert').filter({ hasText: 'saved a newer version' })
    await newer.getByRole('button', { name: 'Compare' }).click()
    await newer.locator('ins').getByText('another').waitFor()
    await expectAccessible(page)
    await newer.getByRole('button', { name: 'Take over' }).click()
    expect(await text(page).textContent()).toBe('Written by another')
    await text(page).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(' and by me')
    await isSaved(page)
    expect((await read(page)).content).toBe('<p>Written by another and by me</p>')
    await other.close()
    await page.getByTitle('Also here').waitFor({ state: 'detached' })
  })

  it('translates with the source beside, hears that it has changed, and links by title', async () => {
    const page = await open('owner', '/agent')
    const problems = watch(page)
    const { items } = await ask<{ items: { id: string }[] }>(page, 'GET', '/kb/categories')
    const given = { title: 'Tent pegs', categoryId: items[0]?.id, content: '<h2>Steel</h2><p>Six pegs.</p>' }
    const publish = ({ id, version }: Article) => ask<Article>(page, 'POST', `/kb/articles/${id}/publish`, { version })
    const source = await publish(await ask<Article>(page, 'POST', '/kb/articles', given))
    await page.goto(`${acme()}/agent/kb/${source.id}`)
    const languages = page.getByRole('navigation', { name: 'Languages of this article' })
    await languages.getByRole('button', { name: 'Deutsch Missing' }).click()
    await page.getByRole('dialog').getByLabel('Title').fill('Heringe')
    await page.getByRole('button', { name: 'Create' }).click()
    const beside = page.getByRole('region', { name: 'Source: English' })
    await beside.getByText('Six pegs.').waitFor()
    await text(page).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(' ')
    await page.getByRole('button', { name: 'Link', exact: true }).click()
    await page.getByRole('combobox', { name: 'Search articles' }).fill('tent peg')
    await page.getByRole('option', { name: 'Tent pegs EN' }).waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Enter')
    await isSaved(page)
    expect((await read(page)).content).toContain('<a href="/kb/en/tent-pegs">Tent pegs</a>')
    const changed = await ask<Article>(page, 'PUT', `/kb/articles/${source.id}`, { version: source.version, content: '<p>Eight pegs.</p>' })
    await publish(changed)
    await page.reload()
    await beside.getByRole('button', { name: 'Show changes' }).click()
    await beside.locator('ins').getByText('Eight').waitFor()
    await page.setViewportSize({ width: 360, height: 740 })
    expect([await overflow(page), await beside.isVisible()]).toEqual([0, false])
    await page.getByRole('button', { name: 'Source', exact: true }).click()
    await expectAccessible(page)
    await beside.getByRole('button', { name: 'Mark as up to date' }).click()
    await beside.getByRole('button', { name: 'Mark as up to date' }).waitFor({ state: 'hidden' })
    expect([await overflow(page), await text(page).isVisible()]).toEqual([0, false])
    expect(problems).toEqual([])
  })

  it('moves categories by keys and by dragging', async () => {
    const page = await open('owner', '/agent')
    for (const name of ['Zebra one', 'Zebra two']) await ask(page, 'POST', '/kb/categories', { name, sortOrder: 900 })
    await page.goto(`${acme()}/agent/kb/categories`)
    const path = async () => {
      const { items } = await ask<{ items: { name: string; path: string[] }[] }>(page, 'GET', '/kb/categories')
      return items.filter(({ name }) => name.startsWith('Zebra')).map((each) => each.path.join('/'))
    }
    await page.waitForLoadState('networkidle')
    await page.getByRole('link', { name: 'Zebra two' }).focus()
    await page.keyboard.press('Alt+ArrowRight')
    await expect.poll(path).toEqual(['Zebra one', 'Zebra one/Zebra two'])
    await page.getByText('Category moved').first().waitFor()
    const row = (name: string) => page.getByRole('listitem').filter({ hasText: name })
    await row('Zebra two')
      .locator('.cursor-grab')
      .dragTo(row('Zebra one'), { targetPosition: { x: 60, y: 2 } })
    await expect.poll(path).toEqual(['Zebra two', 'Zebra one'])
    await expectAccessible(page)
  })

  it('makes words found by each other, changes them and deletes them', async () => {
    const page = await open('owner', '/agent/kb')
    const problems = watch(page)
    await page.getByRole('link', { name: 'Search synonyms' }).click()
    await page.getByText('No synonyms yet').waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'New synonyms' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Words').fill('zorb')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('Enter at least two words or expressions.').waitFor()
    await dialog.getByLabel('Words').fill('zorb\nsleeping bag')
    await expectAccessible(page)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('cell', { name: 'zorb, sleeping bag' }).waitFor()
    const found = async () => {
      const { items } = await ask<{ items: { title: string }[] }>(page, 'GET', '/public/kb/search?query=zorb')
      return items[0]?.title ?? null
    }
    expect(await found()).toMatch(/sleeping bag/i)
    await page.setViewportSize({ width: 360, height: 740 })
    expect(await overflow(page)).toBe(0)
    await page.setViewportSize({ width: 1280, height: 740 })
    await page.getByRole('row', { name: /zorb/ }).getByRole('button').click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('No synonyms yet').waitFor()
    expect(await found()).toBe(null)
    // What the server refuses, the browser says as well.
    expect(problems.filter((problem) => !problem.includes('422'))).toEqual([])
  })

  it('finds the screens in order: dark, on a phone, from right to left, in another language', async () => {
    for (const locale of ['en-XA', 'ar-XB']) {
      const page = await (await openContext(product.browser, { locale })).newPage()
      await enter(page, acme(), 'owner@acme.test')
      await page.goto(`${acme()}/agent`)
      const { items } = await ask<{ items: { id: string; path: string[] }[] }>(page, 'GET', '/kb/categories')
      const made = await ask<Article & { slug: string }>(page, 'POST', '/kb/articles', { title: `Qq${locale}`, categoryId: items[0]?.id })
      await page.goto(`${acme()}/agent/kb/${made.id}`)
      await page.locator('.article').waitFor()
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await expectAccessible(page, colorScheme === 'light' ? 'all' : 'colours')
      }
      const names = [
        'Qq',
        locale,
        made.slug,
        'Acme Outfitters',
        new URL(acme()).host,
        'Refunds',
        'Waiting longest',
        'Wanjiru Kamau',
        ...items.flatMap((each) => each.path),
      ]
      if (locale === 'en-XA') expect((await plainWords(page, names)).filter((said) => !/^[A-Z]{2}$|Olive|owner/.test(said))).toEqual([])
      await page.setViewportSize({ width: 360, height: 740 })
      expect(await overflow(page)).toBe(0)
    }
  })
})

describe('an agent who replies', () => {
  it('puts in an article with ??, and sends none that customers can’t read without being told', async () => {
    const { id } = await submit('Where is the towel rail?')
    const page = await open('owner', '/agent')
    const problems = watch(page)
    const { items } = await ask<{ items: { id: string }[] }>(page, 'GET', '/kb/categories')
    for (const audience of ['public', 'agents']) {
      const given = {
        title: `Towel rails for ${audience}`,
        categoryId: items[0]?.id,
        audience,
        content: '<p>Towel rails hang in aisle nine.</p>',
      }
      const made = await ask<Article>(page, 'POST', '/kb/articles', given)
      await ask(page, 'POST', `/kb/articles/${made.id}/publish`, { version: made.version })
    }
    await page.goto(`${acme()}/agent/tickets/${id}`)
    await page.getByRole('tab', { name: 'Reply' }).click()
    const reply = editor(page)
    await reply.click()
    await page.keyboard.type('See ?? towel rails')
    const offered = page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option')
    await expect.poll(() => offered.first().textContent()).toMatch(/Towel rails for public\s*Link · everyone can read it/)
    await expectAccessible(page)
    await page.keyboard.press('Enter')
    await reply.getByRole('link', { name: 'Towel rails for public' }).waitFor()
    await page.keyboard.type('?? towel rails')
    await offered.filter({ hasText: 'Towel rails for agents' }).first().click()
    await page.getByText('Customers can’t read “Towel rails for agents”').waitFor()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('button', { name: 'Send anyway' }).waitFor()
    await expectAccessible(page)
    const conversation = page.getByRole('list', { name: 'Conversation' })
    expect(await conversation.getByText('Towel rails for agents').count()).toBe(0)
    await page.getByRole('button', { name: 'Send anyway' }).click()
    await conversation.getByText('Towel rails for agents').waitFor()
    expect(problems).toEqual([])
  })
})
