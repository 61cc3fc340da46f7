import { expect, it } from 'vitest'
import { readReceipt, receiptOf } from './receipt'

const [tenant, other] = ['018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000002']
const ticket = { id: '018f0000-0000-7000-8000-000000000003', number: 'ACME-7', answerBy: new Date('2026-11-26T09:00:00Z') }

it('shows what it was made of, and nothing that somebody else wrote into it', () => {
  const made = receiptOf(tenant, ticket)
  expect(readReceipt(tenant, made)).toEqual(ticket)
  expect(readReceipt(tenant, receiptOf(tenant, { ...ticket, answerBy: null }))?.answerBy).toBeNull()
  expect(readReceipt(other, made)).toBeNull()
  const forged = Buffer.from(JSON.stringify({ ...ticket, number: 'Call 555-1234' })).toString('base64url')
  for (const wrong of [`${forged}.${made.split('.')[1]}`, forged, '', '.', 'x.y']) expect(readReceipt(tenant, wrong)).toBeNull()
})
