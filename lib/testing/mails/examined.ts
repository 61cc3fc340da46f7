import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** What is right for a mail of an examination. A list counts as a person: both are shown. */
export interface Expected {
  kind: 'human' | 'auto-reply' | 'bounce' | 'complaint' | 'report'
  acknowledge: boolean
  failure: 'hard' | 'soft' | 'delay' | null
  recipients: string[]
}

const folder = path.join(import.meta.dirname, 'examined')

/**
 * Mails as programs and people write them, each with what is right for it in a first line: its kind, then "hard", "soft" or "delay"
 * and who did not get it, or "unanswered" for what is not acknowledged.
 */
export const examined = readdirSync(folder)
  .sort()
  .map((file) => {
    const bytes = readFileSync(path.join(folder, file))
    const end = bytes.indexOf('\n')
    const [kind = '', ...words] = bytes.subarray(0, end).toString().trim().split(' ')
    const right: Expected = {
      kind: kind as Expected['kind'],
      acknowledge: kind === 'human' && !words.includes('unanswered'),
      failure: (['hard', 'soft', 'delay'] as const).find((failure) => words.includes(failure)) ?? null,
      recipients: words.filter((word) => word.includes('@')),
    }
    return { name: path.basename(file, '.eml'), raw: bytes.subarray(end + 1), right }
  })
