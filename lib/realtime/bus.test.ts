import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pack } from './bus'

/** What PostgreSQL takes in one notification, less one. */
const limit = 7999

describe('what goes over the bus', () => {
  it('fits into notifications and keeps short texts whole and in order', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 900 }), { maxLength: 60 }), (texts) => {
        const payloads = [...pack(texts)]
        for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(limit)
        expect(payloads.filter((payload) => !payload.startsWith('+')).flatMap((payload) => JSON.parse(payload))).toEqual(texts)
      }),
      { numRuns: 300 },
    )
  })

  it('cuts what is too long into numbered pieces that make it whole again', () => {
    for (const text of ['x'.repeat(50_000), '😀'.repeat(9000), '"\\'.repeat(8000)]) {
      const payloads = [...pack(['before', text, 'after'])]
      for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(limit)
      const pieces = payloads.filter((payload) => payload.startsWith('+')).map((payload) => payload.split(':').slice(2).join(':'))
      expect(JSON.parse(Buffer.from(pieces.join(''), 'base64').toString())).toEqual([text])
      expect(payloads.flatMap((payload) => (payload.startsWith('+') ? [] : JSON.parse(payload)))).toEqual(['before', 'after'])
    }
  })
})
