import { expect, it } from 'vitest'
import { physicalClassesIn } from './find-directions'

it.each([
  'ml-auto',
  '-ml-2',
  'sm:pr-3',
  'first:ml-0',
  'left-2.5',
  'right-[3px]',
  'text-left',
  'sm:text-right',
  'border-l',
  'border-r-0',
  'border-l-on-accent/30',
  'rounded-l-none',
  'rounded-tl-md',
])('finds %s', (name) => {
  expect(physicalClassesIn(`\n<p className="flex ${name} gap-2" />`)).toEqual([{ line: 2, text: name }])
})

it.each(['ms-auto', '-me-2', 'sm:pe-3', 'start-2.5', 'text-start', 'border-s', 'rounded-e-md', 'inset-x-0', 'pl-PL', 'right-to-left'])(
  'leaves %s alone',
  (name) => expect(physicalClassesIn(`<p className="flex ${name} gap-2" />`)).toEqual([]),
)
