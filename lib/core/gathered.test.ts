import { describe, expect, it } from 'vitest'
import { gathered } from './gathered'

describe('what is asked of a key', () => {
  const twice = () => {
    const calls: number[][] = []
    const ask = gathered<number, number>(
      (n) => String(n > 0),
      async (given) => {
        calls.push(given)
        if (given.includes(3)) throw new Error('three')
        return given.map((n) => n * 2)
      },
    )
    return { calls, ask }
  }

  it('in one turn is done together, and each has its own result', async () => {
    const { calls, ask } = twice()
    expect(await Promise.all([1, 2, -1, 4].map(ask))).toEqual([2, 4, -2, 8])
    expect(calls).toEqual([[1, 2, 4], [-1]])
  })

  it('meanwhile is done together after that', async () => {
    const { calls, ask } = twice()
    const later = ask(1).then(() => ask(4))
    expect(await Promise.all([ask(2), later])).toEqual([4, 8])
    expect(calls).toEqual([[1, 2], [4]])
  })

  it('and fails together is done each by itself, and fails alone', async () => {
    const { calls, ask } = twice()
    const settled = await Promise.allSettled([1, 3, 2].map(ask))
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(calls).toEqual([[1, 3, 2], [1], [3], [2]])
  })
})
