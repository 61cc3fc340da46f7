import type { Page } from 'playwright-core'
import { enter, openContext, type openProduct } from './browser'
import { askAt, jsonHeaders } from './http'

/** The workspace of acme, for suites that share a server. */
export function openDesk(product: ReturnType<typeof openProduct>) {
  const acme = () => product.server.origin('acme')
  return {
    acme,
    async open(who: string, at: string): Promise<Page> {
      const page = await (await openContext(product.browser)).newPage()
      await enter(page, acme(), `${who}@acme.test`)
      await page.goto(acme() + at)
      return page
    },
    async submit(title: string, email = 'asker@example.com'): Promise<{ id: string; number: string }> {
      const body = JSON.stringify({ title, description: 'Please look.', name: 'Asker Person', email })
      return (await askAt(product.server.port, 'acme.localhost', 'POST', '/api/v1/public/tickets', { headers: jsonHeaders(), body })).json
    },
  }
}

export type Desk = ReturnType<typeof openDesk>

export const rows = (page: Page) => page.getByRole('list', { name: 'Tickets' }).getByRole('listitem')
export const conversation = (page: Page) => page.getByRole('list', { name: 'Conversation' })
export const editor = (page: Page, name = 'Reply') => page.getByRole('textbox', { name, exact: true })
