import { describe, expect, it, vi } from 'vitest'
import { drainBackground, finishBackground, inBackground, isStopping } from './background'

const gate = () => {
  let open = () => {}
  const closed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, closed }
}

describe('work in the background', () => {
  it('runs once more after what runs, however often it was asked for meanwhile', async () => {
    const { open, closed } = gate()
    const work = vi.fn(() => closed)
    for (let n = 0; n < 1000; n++) inBackground('same', work, () => {})
    expect(work).toHaveBeenCalledTimes(1)
    open()
    await drainBackground()
    expect(work).toHaveBeenCalledTimes(2)
  })

  it('of different keys runs side by side', async () => {
    const { open, closed } = gate()
    const other = vi.fn(async () => open())
    inBackground(
      'one',
      () => closed,
      () => {},
    )
    inBackground('two', other, () => {})
    await drainBackground()
    expect(other).toHaveBeenCalledOnce()
  })

  it('goes on after a failure', async () => {
    const failed = vi.fn()
    const next = vi.fn(async () => {})
    inBackground('fails', () => Promise.reject(new Error('no')), failed)
    inBackground('fails', next, failed)
    await drainBackground()
    expect([failed.mock.calls.length, next.mock.calls.length]).toEqual([1, 1])
  })

  it('begins nothing new once the process ends', async () => {
    const { open, closed } = gate()
    const next = vi.fn(async () => {})
    let seen = false
    inBackground(
      'last',
      async () => {
        await closed
        seen = isStopping()
      },
      () => {},
    )
    inBackground('last', next, () => {})
    const ended = finishBackground()
    open()
    await ended
    expect([seen, next.mock.calls.length]).toEqual([true, 0])
  })
})
