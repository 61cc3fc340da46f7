import { guestFiles, guestTypesOf, isProgramName, maxFileSize, maxFilesPerMessage } from '@/lib/files/values'

export type Refusal = 'empty' | 'program' | 'type' | 'size' | 'total' | 'count'

/** What may come with a form: a guest's files are fewer, smaller and of few kinds. */
export const limitsFor = (isGuest: boolean) =>
  isGuest ? guestFiles : { count: maxFilesPerMessage, size: maxFileSize, total: Number.POSITIVE_INFINITY }

/** Which of the files that were picked join those in the list, and why the others don't: told now, and not after the form was sent. */
export function pick<F extends Pick<File, 'name' | 'size' | 'type'>>(had: readonly F[], picked: readonly F[], isGuest: boolean) {
  const limits = limitsFor(isGuest)
  const files = [...had]
  const refused: { name: string; why: Refusal }[] = []
  for (const file of picked) {
    const total = files.reduce((sum, { size }) => sum + size, file.size)
    const why = refusal(file, isGuest, limits.size) ?? (total > limits.total ? 'total' : files.length >= limits.count ? 'count' : null)
    if (why) refused.push({ name: file.name, why })
    else files.push(file)
  }
  return { files, refused }
}

function refusal({ name, size, type }: Pick<File, 'name' | 'size' | 'type'>, isGuest: boolean, most: number): Refusal | null {
  if (isProgramName(name)) return 'program'
  if (isGuest && guestTypesOf(name, type).length === 0) return 'type'
  if (size === 0) return 'empty'
  return size > most ? 'size' : null
}
