import { expect, it } from 'vitest'
import { fairQueue } from './fair-queue'

/** Work that is over when it is told. */
function controlled() {
  const begun: string[] = []
  const ends = new Map<string, (error?: Error) => void>()
  const work = (name: string) => () =>
    new Promise<string>((resolve, reject) => {
      begun.push(name)
      ends.set(name, (error) => (error ? reject(error) : resolve(name)))
    })
  const end = async (name: string, error?: Error) => {
    ends.get(name)?.(error)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { begun, work, end }
}

it('one owner never has all, and whoever asked for little is served before the rest of whoever asked for much', async () => {
  const run = fairQueue(2)
  const { begun, work, end } = controlled()
  for (const n of [1, 2, 3, 4]) void run('a', work(`a${n}`))
  expect(begun).toEqual(['a1'])
  for (const n of [1, 2, 3]) void run('b', work(`b${n}`))
  expect(begun).toEqual(['a1', 'b1'])
  void run('c', work('c1'))
  await end('a1')
  expect(begun).toEqual(['a1', 'b1', 'c1'])
  await end('b1')
  await end('c1')
  expect(begun).toEqual(['a1', 'b1', 'c1', 'a2', 'b2'])
})

it('what fails makes room as well, and tells only whoever asked', async () => {
  const run = fairQueue(1)
  const { begun, work, end } = controlled()
  const [first, second] = [run('a', work('a1')), run('a', work('a2'))]
  const refused = expect(first).rejects.toThrow('broken')
  await end('a1', new Error('broken'))
  await refused
  expect(begun).toEqual(['a1', 'a2'])
  await end('a2')
  expect(await second).toBe('a2')
})
