import { expect, it } from 'vitest'
import { uncheckedShown } from './sender-marks'

type Checked = 'pass' | 'fail' | 'not_checked' | null

/** Messages as who wrote them and whether that was checked; null for one that did not come by mail. */
const shownOf = (...messages: [author: string, checked: Checked][]) =>
  [
    ...uncheckedShown(
      messages.map(([author, authentication], n) => ({
        id: String(n),
        author: { id: author },
        mail: authentication && { authentication },
      })) as never,
    ),
  ].map(Number)

it.each<[string, [string, Checked][], number[]]>([
  ['is said once of a conversation in which nothing is checked', [['ada', 'not_checked'], ['ada', 'not_checked'], ['bob', 'not_checked']], [0]],
  ['is not said of what was confirmed or failed', [['ada', 'pass'], ['bob', 'fail']], []],
  ['is said of somebody who was confirmed before, once', [['ada', 'pass'], ['ada', 'not_checked'], ['ada', 'not_checked']], [1]],
  ['is said again where they were confirmed in between', [['ada', 'not_checked'], ['ada', 'pass'], ['ada', 'not_checked']], [0, 2]],
  ['passes over what was not mail', [['agent', null], ['ada', 'not_checked']], [1]],
])('that nobody checked the sender %s', (_, messages, shown) => {
  expect(shownOf(...messages)).toEqual(shown)
}) // biome-ignore format: a table
