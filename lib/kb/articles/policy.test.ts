import { describe, expect, it } from 'vitest'
import type { Permission } from '../../actor/permissions'
import { personActor } from '../../testing/actors'
import { type ArticleFacts, actionsFor, canWrite, isFreeToChange, maySee, refusalOf } from './policy'

const facts = (given: Partial<ArticleFacts> = {}): ArticleFacts => ({
  ...{ status: 'in_review', isPublished: false, isApproved: false, authorId: 'author', editedById: 'author', effectiveAudience: 'public' },
  ...given,
})
const someone = (id: string, ...permissions: Permission[]) => personActor({ id, permissions: new Set(permissions) })
const publisher = someone('me', 'kb.view', 'kb.write', 'kb.publish')
const author = { ...publisher, id: 'author' }
const writer = someone('me', 'kb.view', 'kb.write')
const free = { requiresApproval: false, allowsSelfApproval: false }
const strict = { requiresApproval: true, allowsSelfApproval: false }

describe('an article', () => {
  it.each([
    ['a writer submits', writer, 'submit', { status: 'draft' }, free, null],
    ['a writer approves', writer, 'approve', {}, free, 'permission'],
    ['a writer publishes', writer, 'publish', { status: 'draft' }, free, 'permission'],
    ['a publisher approves', publisher, 'approve', {}, strict, null],
    ['its author approves', author, 'approve', {}, strict, 'ownApproval'],
    ['its author approves where that is allowed', author, 'approve', {}, { ...strict, allowsSelfApproval: true }, null],
    ['whoever changed it last approves', publisher, 'approve', { editedById: 'me' }, strict, 'ownApproval'],
    ['a draft is published', publisher, 'publish', { status: 'draft' }, free, null],
    ['a draft is published where approval is needed', publisher, 'publish', { status: 'draft' }, strict, 'needsApproval'],
    ['a draft is scheduled where approval is needed', publisher, 'schedule', { status: 'draft' }, strict, 'needsApproval'],
    ['a publisher publishes what is in review', publisher, 'publish', {}, strict, null],
    ['its author publishes what is in review', author, 'publish', {}, strict, 'ownApproval'],
    ['its author publishes what was approved', author, 'publish', { status: 'approved', isApproved: true }, strict, null],
    ['what is published is published', publisher, 'publish', { status: 'published', isPublished: true }, free, 'status'],
    [
      'it is hidden from whoever acts',
      someone('me', 'kb.write', 'kb.publish'),
      'publish',
      { effectiveAudience: 'agents' },
      free,
      'permission',
    ],
  ] as const)('%s', (_, actor, action, given, rules, refusal) => {
    expect(refusalOf(actor, action, facts(given), rules)).toBe(refusal)
  })

  it('shows the actions that may be done', () => {
    expect(actionsFor(publisher, facts(), strict)).toEqual(['approve', 'reject', 'publish', 'schedule', 'archive'])
    expect(actionsFor(writer, facts({ status: 'draft' }), free)).toEqual(['submit'])
    expect(actionsFor(personActor({ role: 'customer' }), facts(), free)).toEqual([])
  })

  it('for the team is written by who may see it', () => {
    const blind = someone('me', 'kb.write')
    expect([maySee(blind, 'customers'), maySee(blind, 'agents'), maySee(writer, 'agents')]).toEqual([true, false, true])
    expect([canWrite(blind, facts()), canWrite(blind, facts({ effectiveAudience: 'agents' }))]).toEqual([true, false])
  })

  it('keeps its approval where whoever changes it could publish it as well', () => {
    expect([isFreeToChange(publisher, free), isFreeToChange(publisher, strict), isFreeToChange(writer, free)]).toEqual([true, false, false])
  })
})
