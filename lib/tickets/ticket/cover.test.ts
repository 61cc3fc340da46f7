import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Filter, parseFilter, writeFilter } from '../../core/filter'
import { coveredBy, isAllWithout, isCovered, meetsNothing } from './cover'

const a = '00000000-0000-7000-8000-00000000000a'
const b = '00000000-0000-7000-8000-00000000000b'

describe('A filter covers another', () => {
  it.each([
    ['tag:vip', '', true],
    ['', 'tag:vip', false],
    ['', '', true],
    ['priority:urgent', 'priority:>=high', true],
    ['priority:critical', 'priority:urgent', true],
    ['priority:>=high', 'priority:urgent', false],
    ['', 'priority:low,medium,high,urgent', true],
    ['-priority:low', 'priority:>=medium', true],
    [`department:${a} tag:vip`, `department:${a}`, true],
    [`department:${a}`, `department:${a},${b}`, true],
    [`department:${a},${b}`, `department:${a}`, false],
    [`department:${a}`, `-department:${b}`, true],
    [`-department:${b}`, `department:${a}`, false],
    [`department:any`, `-department:none`, true],
    [`department:${a}`, 'department:any', true],
    ['', 'department:any OR department:none', true],
    // A ticket without requester has no organisation, and not none either.
    ['', 'organisation:any OR organisation:none', false],
    [`organisation:${a}`, 'organisation:any', true],
    ['', 'tier:none,premium,standard,basic', false],
    ['tag:a tag:b', 'tag:a OR tag:c', true],
    ['tag:VIP', 'tags:vip', true],
    ['tag:none', '-tag:vip', true],
    ['tag:vip', '-tag:none', true],
    ['type:incident', '-type:question', true],
    ['field.region:north', 'field.region:north,south', true],
    // Several may be chosen in one field.
    ['field.region:north', '-field.region:south', false],
    ['organisation:acme*', 'organisation:ac*', false],
    ['status:open', '-status:closed', true],
    ['status:open created:>7d', 'status:open', true],
    ['created:>7d', 'created:>8d', false],
    ['(tag:a OR tag:b) priority:high', 'tag:b OR tag:a', true],
    ['department:IT', `department:${a}`, false],
  ])('%j by %j: %s', (filter, other, isSo) => {
    expect(isCovered(parseFilter(filter), [parseFilter(other)])).toBe(isSo)
  })

  it.each([
    [`department:${a} department:${b}`, true],
    ['tag:none tag:vip', true],
    ['priority:>urgent', true],
    ['source:email -source:email', true],
    ['tag:a tag:b', false],
    ['', false],
  ])('%j can be met by no ticket: %s', (filter, isSo) => {
    expect(meetsNothing(parseFilter(filter))).toBe(isSo)
  })

  it('together with others, of which only those are named that are needed', () => {
    const before = ['tag:x', 'priority:<=medium', 'priority:>=high tag:vip'].map((text) => ({ text, filter: parseFilter(text) }))
    expect(coveredBy(parseFilter('tag:vip'), before)?.map(({ text }) => text)).toEqual(['priority:<=medium', 'priority:>=high tag:vip'])
    expect(coveredBy(parseFilter('tag:x tag:vip'), before)?.map(({ text }) => text)).toEqual(['tag:x'])
    expect(coveredBy(parseFilter('tag:y'), before)).toBeNull()
  })

  it('says nothing of what takes too long to follow', () => {
    const many = Array.from({ length: 40 }, (_, n) => `(tag:a${n} OR tag:b${n})`).join(' ')
    expect(isCovered(parseFilter(many), [parseFilter(many.replaceAll('b', 'c'))])).toBe(false)
  })

  it('is everything without what it names', () => {
    const all = (text: string) => isAllWithout(parseFilter(text), (_, value) => value === a)
    expect(all(`-department:${a}`)).toBe(true)
    expect(all(`-department:${a} tag:vip`)).toBe(false)
    expect(all(`-department:${a},${b}`)).toBe(false)
    expect(all(`department:${a}`)).toBe(false)
  })
})

/** A ticket of a small world, and what the filter language says of it, written down a second time in the plainest way. */
interface Small {
  priority: string
  type: string
  department: string
  organisation: string
  tags: string[]
}
const priorities = ['low', 'medium', 'high', 'urgent']
const world: Small[] = priorities.flatMap((priority) =>
  ['none', 'incident', 'question'].flatMap((type) =>
    ['none', a, b].flatMap((department) =>
      ['absent', 'none', a].flatMap((organisation) =>
        [[], ['x'], ['y'], ['z'], ['x', 'y']].map((tags) => ({ priority, type, department, organisation, tags })),
      ),
    ),
  ),
)

function meets(ticket: Small, filter: Filter): boolean {
  switch (filter.kind) {
    case 'all':
      return filter.parts.every((part) => meets(ticket, part))
    case 'any':
      return filter.parts.some((part) => meets(ticket, part))
    case 'not':
      return !meets(ticket, filter.part)
    case 'field':
      return filter.values.some((value) => {
        if (filter.name === 'tag') return value === 'none' ? ticket.tags.length === 0 : ticket.tags.includes(value)
        const has = ticket[filter.name as 'priority']
        if (value === 'any') return has !== 'none' && has !== 'absent'
        const [at, wanted] = [priorities.indexOf(has), priorities.indexOf(value)]
        if (filter.comparison === '>=') return at >= wanted
        return filter.comparison === '<' ? at < wanted : has === value
      })
    default:
      return true
  }
}

const field = (name: string, values: readonly string[], comparison: '=' | '>=' | '<' = '=') =>
  fc
    .uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: comparison === '=' ? 2 : 1 })
    .map((chosen): Filter => ({ kind: 'field', name, comparison, values: chosen, at: 0 }))
const leaf = fc.oneof(
  field('priority', priorities),
  field('priority', priorities, '>='),
  field('priority', priorities, '<'),
  field('type', ['none', 'incident', 'question']),
  field('department', ['none', 'any', a, b]),
  field('organisation', ['none', 'any', a]),
  field('tag', ['none', 'x', 'y']),
)
const { filter: filters } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('filter').map((part): Filter => ({ kind: 'not', part })),
    fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), parts: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }) }),
  ),
}))

describe('Over a small world of tickets', () => {
  it('whatever is claimed is so, of one filter and of several', () => {
    let claimed = 0
    fc.assert(
      fc.property(filters, fc.array(filters, { minLength: 1, maxLength: 3 }), (filter, others) => {
        const isSo = world.every((ticket) => !meets(ticket, filter) || others.some((other) => meets(ticket, other)))
        if (!isCovered(filter, others)) return
        claimed++
        expect(isSo, `${writeFilter(filter)} by ${others.map((other) => writeFilter(other)).join(' | ')}`).toBe(true)
      }),
      { numRuns: 4000 },
    )
    expect(claimed).toBeGreaterThan(300)
  })

  it('what is so is claimed, where the world has every kind of ticket', () => {
    fc.assert(
      fc.property(filters, filters, (filter, other) => {
        const isSo = world.every((ticket) => !meets(ticket, filter) || meets(ticket, other))
        // The world lacks departments, types and organisations beyond those named, so that it shows more than is so.
        fc.pre(isSo && !/department|organisation|type/.test(writeFilter(filter) + writeFilter(other)))
        expect(isCovered(filter, [other]), `${writeFilter(filter)} by ${writeFilter(other)}`).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
