import { expect, it } from 'vitest'
import { permissionNames, presetScopes, rolePermissions, tokenPresets } from './permissions'

it('presets of tokens give no more than their holder has, each no less than the one before, and none makes further tokens', () => {
  const of = (mine: readonly (typeof permissionNames)[number][]) => tokenPresets.map((preset) => presetScopes(preset, mine))
  const [read = [], agent = [], admin = []] = of(permissionNames)
  expect(read).toEqual(['ticket.view', 'ticket.export', 'contact.view', 'kb.view', 'person.view', 'audit.view', 'mail.view'])
  expect([agent.includes('ticket.reply'), agent.includes('ticket.delete')]).toEqual([true, false])
  expect(admin).toEqual(permissionNames.filter((name) => name !== 'token.own'))
  for (const scopes of of(rolePermissions.agent)) for (const scope of scopes) expect(rolePermissions.agent).toContain(scope)
  expect(of(rolePermissions.agent).flat()).not.toContain('token.own')
})
