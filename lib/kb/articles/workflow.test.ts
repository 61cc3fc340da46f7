import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ArticleAction, afterAction, afterEdit, articleActions, articleStatuses, isEditable, type WorkflowState } from './workflow'

/** What each status allows, and what becomes of an article; not published and not approved. */
const table: Record<(typeof articleStatuses)[number], Partial<Record<ArticleAction, string>>> = {
  draft: { submit: 'in_review', publish: 'published', schedule: 'scheduled', archive: 'archived' },
  in_review: { approve: 'approved', reject: 'draft', publish: 'published', schedule: 'scheduled', archive: 'archived' },
  approved: { reject: 'draft', publish: 'published', schedule: 'scheduled', archive: 'archived' },
  scheduled: { publish: 'published', schedule: 'scheduled', unschedule: 'draft', archive: 'archived' },
  published: { archive: 'archived' },
  archived: { unarchive: 'draft' },
}

describe('the workflow', () => {
  it.each(articleStatuses)('of what is %s', (status) => {
    const after = articleActions.flatMap((action) => {
      const next = afterAction({ status, isPublished: false, isApproved: false }, action)
      return next ? [[action, next]] : []
    })
    expect(Object.fromEntries(after)).toEqual(table[status])
  })

  it('takes from readers what they see, and leaves the working copy where it stands', () => {
    const after = (status: WorkflowState['status']) => afterAction({ status, isPublished: true, isApproved: false }, 'unpublish')
    expect(articleStatuses.map(after)).toEqual(['draft', 'in_review', 'approved', 'scheduled', 'draft', null])
  })

  it('goes back to approved when a time is taken back', () => {
    expect(afterAction({ status: 'scheduled', isPublished: false, isApproved: true }, 'unschedule')).toBe('approved')
  })

  it('asks for approval again when an approved text changes, unless whoever changes it could publish', () => {
    expect(articleStatuses.map((status) => afterEdit(status, false))).toEqual(['draft', 'in_review', 'draft', 'draft', 'draft', 'archived'])
    expect(articleStatuses.map((status) => afterEdit(status, true))).toEqual([
      'draft',
      'in_review',
      'approved',
      'scheduled',
      'draft',
      'archived',
    ])
    expect(articleStatuses.filter((status) => !isEditable(status))).toEqual(['archived'])
  })

  it('has a way out of everything, and into everything from a draft', () => {
    const steps = (status: WorkflowState['status']) =>
      articleActions.flatMap((action) => afterAction({ status, isPublished: true, isApproved: true }, action) ?? [])
    for (const status of articleStatuses) expect(steps(status).length).toBeGreaterThan(0)
    const reached = new Set<string>(['draft'])
    for (let size = 0; size < reached.size; ) {
      size = reached.size
      for (const status of [...reached]) for (const next of steps(status as 'draft')) reached.add(next)
    }
    expect([...reached].sort()).toEqual([...articleStatuses].sort())
  })

  it('lets no text out that was changed after its approval, whatever is done', () => {
    const step = fc.constantFrom<ArticleAction | 'edit'>('edit', ...articleActions)
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let state: WorkflowState = { status: 'draft', isPublished: false, isApproved: false }
        let isChanged = false
        for (const each of steps) {
          if (each === 'edit') {
            if (!isEditable(state.status)) continue
            const status = afterEdit(state.status, false)
            state = { ...state, status, isApproved: status === state.status && state.isApproved }
            isChanged = true
            continue
          }
          const status = afterAction(state, each)
          if (!status) continue
          if (each === 'approve') [isChanged, state] = [false, { ...state, isApproved: true }]
          if (each === 'submit' || each === 'reject' || each === 'archive') state = { ...state, isApproved: false }
          if (state.status === 'approved' && (each === 'publish' || each === 'schedule')) expect(isChanged).toBe(false)
          state = { ...state, status, isPublished: each === 'publish' || (state.isPublished && each !== 'unpublish' && each !== 'archive') }
        }
      }),
    )
  })
})
