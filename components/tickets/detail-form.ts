import { instantAt } from '@/lib/core/zoned'
import type { Form } from '@/lib/tickets/ticket/attribute'
import { detailsOf } from '@/lib/tickets/ticket/attribute-names'
import { attributes } from '@/lib/tickets/ticket/attributes'
import type { NewDetails } from '@/lib/tickets/ticket/schema'

/** The details that someone filled in, as a new ticket takes them; times are those of their zone. */
export function readDetails(data: FormData, form: Form, timeZone: string): NewDetails {
  const given = detailsOf(form).flatMap(([name, key]) => {
    const said = String(data.get(name) ?? '').trim()
    if (!said) return []
    return [[name, attributes[key].kind === 'instant' ? instantAt(said, timeZone).toISOString() : said]]
  })
  return Object.fromEntries(given)
}

/** What was typed, to show it again. */
export const typedDetails = (data: FormData, form: Form): Record<string, string> =>
  Object.fromEntries(detailsOf(form).map(([name]) => [name, String(data.get(name) ?? '')]))
