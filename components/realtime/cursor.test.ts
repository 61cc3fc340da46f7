import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChannelCursor } from './cursor'

describe('following a channel', () => {
  it('misses nothing and shows nothing twice, whatever is lost, doubled or late', () => {
    // What the network does with messages 1..n: each may be lost, come twice, and be late.
    const network = fc
      .integer({ min: 1, max: 30 })
      .chain((n) => fc.array(fc.integer({ min: 1, max: n }), { maxLength: 60 }).map((received) => ({ n, received })))
    fc.assert(
      fc.property(network, ({ n, received }) => {
        const cursor = new ChannelCursor()
        cursor.catchUp(0)
        const shown: number[] = []
        const known = new Set<number>()
        // Asking reads everything that there is, which is at least up to the newest message heard of.
        let newest = 0
        const ask = (upTo: number) => {
          for (let seq = 1; seq <= upTo; seq++) known.add(seq)
        }
        for (const seq of received) {
          newest = Math.max(newest, seq)
          const what = cursor.accept(seq)
          if (what === 'show') {
            expect(shown).not.toContain(seq)
            shown.push(seq)
            known.add(seq)
          }
          if (what === 'ask') ask(newest)
          // At any time everything up to the newest message heard of is known.
          for (let each = 1; each <= newest; each++) expect(known).toContain(each)
        }
        // After a while away: the head tells whether there is more.
        if (cursor.catchUp(n)) ask(n)
        for (let each = 1; each <= n; each++) expect(known).toContain(each)
        expect(cursor.catchUp(n)).toBe(false)
      }),
    )
  })

  it('takes the first word as it comes', () => {
    const cursor = new ChannelCursor()
    expect(cursor.catchUp(41)).toBe(false)
    expect([42, 42, 44, 43].map((seq) => cursor.accept(seq))).toEqual(['show', 'skip', 'ask', 'skip'])
    expect(cursor.catchUp(44)).toBe(false)
    expect(cursor.catchUp(45)).toBe(true)
  })
})
