import type { z } from 'zod'
import { type Filled, msg } from './message'

/** What zod finds, as a text of ours: the words of a check that was given none of its own. */
export function issueText(issue: z.core.$ZodRawIssue): Filled {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined || issue.input === null ? msg('input.required') : msg('input.type', { expected: issue.expected })
    case 'invalid_value':
      return msg('input.option', { options: issue.values.map(String).join(', ') })
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum))
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum))
    case 'invalid_format':
      return msg('input.format', { format: issue.format })
    case 'not_multiple_of':
      return msg('input.multiple', { divisor: issue.divisor })
    case 'unrecognized_keys':
      return msg('input.unknown', { count: issue.keys.length, names: issue.keys.join(', ') })
    default:
      return msg('input.other')
  }
}

function tooBig(origin: string, maximum: number) {
  if (origin === 'string') return msg('input.longer', { maximum })
  return isCounted(origin) ? msg('input.more', { maximum }) : msg('input.bigger', { maximum })
}

function tooSmall(origin: string, minimum: number) {
  if (origin === 'string') return minimum === 1 ? msg('input.required') : msg('input.shorter', { minimum })
  return isCounted(origin) ? msg('input.fewer', { minimum }) : msg('input.smaller', { minimum })
}

const isCounted = (origin: string) => ['array', 'set', 'map'].includes(origin)
