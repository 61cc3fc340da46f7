import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { NextIntlClientProvider } from 'next-intl'
import { createElement, type ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ladder } from '@/components/sla/ladder'
import { permissionNames } from '@/lib/actor/permissions'
import { newId } from '@/lib/core/id'
import { type ActionKind, type ActionKindEntry, actionKinds, controlsOf, kindsFor } from '@/lib/tickets/actions/action-kinds'
import { actionData } from '@/lib/tickets/actions/schema'
import messages from '@/messages/en.json'
import { ActionList } from './action-list'
import { offeredKinds } from './action-words'
import { BulkActions } from './bulk-actions'
import { MacroSummary } from './macro-summary'

const person = { id: newId(), name: 'Amina Haddad' }
const choices = { person: [person], department: [person, { id: newId(), name: 'Billing' }], webhook: [{ id: newId(), name: 'Pager' }] }

/** An action that nobody has written a form for. */
const kind = 'shout' as ActionKind
const registry = actionKinds as unknown as Record<string, ActionKindEntry>
const words = structuredClone(messages) as unknown as {
  common: { actions: Record<string, string> }
  tickets: { macro: { says: Record<string, string> } }
}
beforeAll(() => {
  words.common.actions[kind] = 'Shout at'
  words.tickets.macro.says[kind] = 'shouts {words} at {personId}'
  registry[kind] = {
    controls: {
      personId: { kind: 'person', label: 'assignee' },
      words: { kind: 'line', label: 'subject', maxLength: 40 },
    },
    uses: ['bulk', 'macro', 'escalation'],
    permission: 'ticket.update',
  }
})
afterAll(() => {
  delete registry[kind]
})

const rendered = (children: ReactNode) => {
  const around = { locale: 'en', timeZone: 'UTC', messages: words as never, children }
  return renderToStaticMarkup(createElement(NextIntlClientProvider, around))
}
const done = { kind, personId: person.id, words: 'Hurry' } as never
const nothing = () => {}
/** A list of choices that shows what is chosen. */
const chosen = (name: string) => new RegExp(`<button[^>]*role="combobox"[^>]*><span[^>]*>${name}</span>`)

describe('an action that is added to the registry', () => {
  it('is in the form of macros, with its fields', () => {
    const props = { use: 'macro' as const, actions: [done], choices, permissions: permissionNames, onChange: nothing }
    const html = rendered(createElement(ActionList<'macro'>, props))
    expect(html).toMatch(chosen('Shout at'))
    expect(html).toMatch(chosen('Amina Haddad'))
    expect(html).toMatch(/<input[^>]*maxLength="40"[^>]*value="Hurry"/)
    expect(rendered(createElement(MacroSummary, { changes: [done], hasText: false, choices }))).toBe('shouts Hurry at Amina Haddad')
  })

  it('is in the form of escalations, with its fields', () => {
    const steps = [{ key: '1', metric: 'resolution' as const, kind: 'escalation' as const, minutes: 0, actions: [done] }]
    const html = rendered(createElement(Ladder, { steps, choices, errors: {}, onChange: nothing }))
    expect(html).toMatch(chosen('Shout at'))
    expect(html).toMatch(/<input[^>]*maxLength="40"[^>]*value="Hurry"/)
  })

  it('is among the changes of many tickets', () => {
    const about = { tickets: [], isWhole: false, timeZone: 'UTC' }
    const props = { ...about, choices, permissions: permissionNames, statuses: null, error: null, isPending: false, run: async () => true }
    expect(rendered(createElement(BulkActions, props))).toMatch(/<button[^>]*>.*?Shout at<\/button>/)
  })
})

it('every kind can be filled in wherever it is offered', () => {
  for (const use of ['bulk', 'macro', 'escalation'] as const)
    for (const offered of kindsFor(use)) {
      const data = Object.keys(actionData[offered] ?? {})
      expect(
        controlsOf(offered).map(([field]) => field),
        offered,
      ).toEqual(offered === kind ? expect.anything() : data)
    }
})

it('an action is offered only to who may do it, and where there is something to do it with', () => {
  const offered = (use: 'bulk' | 'escalation', given: Parameters<typeof offeredKinds>[1], permissions: readonly string[]) =>
    offeredKinds(use, given, permissions)
  expect(offered('bulk', choices, ['ticket.view', 'ticket.assign'])).toEqual(['assign'])
  expect(offered('bulk', choices, permissionNames)).toContain('delete')
  expect(
    offered(
      'bulk',
      choices,
      permissionNames.filter((name) => name !== 'ticket.delete'),
    ),
  ).not.toContain('delete')
  expect(offered('bulk', { ...choices, department: choices.department.slice(1) }, permissionNames)).not.toContain('department')
  expect(offered('escalation', choices, permissionNames)).toContain('webhook')
  expect(offered('escalation', { ...choices, webhook: [] }, permissionNames)).not.toContain('webhook')
})

it('what is wrong with a field stands at the field', () => {
  const errors = { '0.personId': ['Nobody has this id.'] }
  const props = { use: 'macro' as const, actions: [done], choices, permissions: permissionNames, errors, onChange: nothing }
  const html = rendered(createElement(ActionList<'macro'>, props))
  expect(html).toMatch(/<button[^>]*aria-invalid="true"[^>]*>.*?Nobody has this id\./)
})

/** Pictures and colours of buttons, which an action does without, and dialogs of single ones. */
const ofSingle = ['components/tickets/bulk-actions.tsx', 'components/tickets/merge-many.tsx']

it('no form of actions knows one by its kind', () => {
  const root = path.resolve(import.meta.dirname, '../..')
  // A control has the same name, and a verb of a menu, what a list of deleted entries is of; a button and a live region have other words for it.
  const kinds = Object.keys(messages.common.actions).filter((name) => name !== 'tags')
  const named = new RegExp(`(?<![(=]|verb: |of: )['"\`](${kinds.join('|')})['"\`]`, 'g')
  const files = globSync('{components,app}/**/*.{ts,tsx}', { cwd: root })
    .filter((file) => !file.endsWith('.test.ts') && !ofSingle.includes(file))
    .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }))
    .filter(({ text }) => /tickets\/actions\/|\/action-(words|fields|list)'/.test(text))
  expect(files.length).toBeGreaterThan(6)
  expect(files.flatMap(({ file, text }) => [...text.matchAll(named)].map(([hit]) => `${file}: ${hit}`))).toEqual([])
})
