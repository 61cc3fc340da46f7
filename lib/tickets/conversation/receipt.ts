import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { secretFor } from '../../secrets'

// An answer that is given again comes as it was kept, with its times as text.
const receipt = z.object({ id: z.uuid(), number: z.string(), answerBy: z.coerce.date().nullable() })
type Receipt = z.output<typeof receipt>

const sign = (tenantId: string, text: string) => createHmac('sha256', secretFor('receipt')).update(`${tenantId}/${text}`).digest()

/** What the confirmation page shows of a new request, signed: an address made by someone else shows nothing of theirs. */
export function receiptOf(tenantId: string, ticket: { id: string; number: string; answerBy: Date | null }): string {
  const { id, number, answerBy } = ticket
  const text = Buffer.from(JSON.stringify({ id, number, answerBy })).toString('base64url')
  return `${text}.${sign(tenantId, text).toString('base64url')}`
}

export function readReceipt(tenantId: string, given: string): Receipt | null {
  const [text = '', signature = ''] = given.split('.')
  const expected = sign(tenantId, text)
  const said = Buffer.from(signature, 'base64url')
  if (said.length !== expected.length || !timingSafeEqual(said, expected)) return null
  return receipt.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
}
