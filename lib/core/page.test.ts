import fc from 'fast-check'
import { expect, it } from 'vitest'
import { newId } from './id'
import { decodeCursor, encodeCursor } from './page'

it('a cursor comes back as it went', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }), (at) => {
      const id = newId()
      expect(decodeCursor(encodeCursor(at, id))).toEqual({ at, id })
    }),
  )
})

it('a year that the database does not know is refused', () => {
  const cursor = Buffer.from(JSON.stringify(['0000-01-01T00:00:00Z', newId()])).toString('base64url')
  expect(() => decodeCursor(cursor)).toThrow(expect.objectContaining({ code: 'INVALID' }))
})

it('anything else is refused', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => decodeCursor(text)).toThrow(expect.objectContaining({ code: 'INVALID', message: 'cursor' }))
    }),
  )
})
