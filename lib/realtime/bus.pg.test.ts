import { describe, expect, it, vi } from 'vitest'
import { openTestPostgres } from '../testing/postgres'
import { databaseBus } from './bus'

openTestPostgres()

describe('the bus through PostgreSQL', () => {
  it('carries texts short and long, in the order they were said, to every node', async () => {
    const [one, two] = [databaseBus(), databaseBus()]
    const heard: Record<string, string[]> = { one: [], two: [] }
    const hear = (name: string) => (text: string) => void heard[name]?.push(text)
    const stops = [one.onMessage(hear('one')), two.onMessage(hear('two'))]
    await vi.waitFor(
      () => {
        one.send('ping')
        expect(heard.two).toContain('ping')
      },
      { timeout: 10_000, interval: 100 },
    )
    const said = Array.from({ length: 500 }, (_, n) => (n % 50 === 0 ? `${n}:${'long 😀'.repeat(3000)}` : `${n}`))
    for (const text of said) one.send(text)
    const withoutPings = (name: string) => heard[name]?.filter((text) => text !== 'ping')
    await vi.waitFor(() => expect(withoutPings('two')).toHaveLength(said.length), { timeout: 10_000 })
    await vi.waitFor(() => expect(withoutPings('one')).toHaveLength(said.length), { timeout: 10_000 })
    expect(withoutPings('two')).toEqual(said)
    expect(withoutPings('one')).toEqual(said)
    for (const stop of stops) stop()
  })
})
