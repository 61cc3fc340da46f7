/** Words that a search looked for, marked where they stand. Operators are no words. */
export function Highlight({ text, searched }: { text: string; searched?: string }) {
  const words = (searched ?? '')
    .replace(/(^|\s)-?[\p{L}_]+:("[^"]*"|\S+)/gu, ' ')
    .match(/[\p{L}\p{N}]{2,}/gu)
    ?.filter((word) => word !== 'OR' && word !== 'NOT' && word !== 'AND')
  if (!words?.length) return text
  const parts = text.split(new RegExp(`(${words.join('|')})`, 'giu'))
  return parts.map((part, n) =>
    n % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other name
      <mark key={n} className="rounded-sm bg-warning/25 text-inherit">
        {part}
      </mark>
    ) : (
      part
    ),
  )
}
