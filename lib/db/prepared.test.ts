import { beforeAll, describe, expect, it, vi } from 'vitest'

// Its own copy: the names are as many as a process has, and other tests take them.
let preparedName: typeof import('./prepared').preparedName
let plannedOnce: typeof import('./prepared').plannedOnce
let plannedEachTime: typeof import('./prepared').plannedEachTime
beforeAll(async () => {
  vi.resetModules()
  ;({ preparedName, plannedOnce, plannedEachTime } = await import('./prepared'))
})

/** The name after a statement was sent as often as makes it worth one. */
const nameOf = (sql: string) => [1, 2, 3].map(() => preparedName(sql)).at(-1)

describe('a statement that comes again and again', () => {
  it('is planned once', () => {
    expect(nameOf('SELECT 1 FROM made_up')).toEqual(expect.any(String))
    expect(preparedName('SELECT 2 FROM made_up')).toBeUndefined()
  })

  it('is planned for its values where it asks for an order, unless it says otherwise', () => {
    const walk = 'FROM made_up WHERE kind = $1 ORDER BY at LIMIT 1'
    expect(nameOf(`SELECT * ${walk}`)).toBeUndefined()
    expect(nameOf(`SELECT ${plannedOnce.sql} * ${walk}`)).toEqual(expect.any(String))
    expect(nameOf(`SELECT ${plannedEachTime.sql} count(*) FROM made_up WHERE kind = 'seen'`)).toBeUndefined()
  })
})
