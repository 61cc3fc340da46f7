import { bare, placesOf } from '@/lib/core/words'

/** Words that a search looked for, marked where they stand, also in other letters: "Łukasz" for "lukasz". Operators are no words. */
export function Highlight({ text, searched }: { text: string; searched?: string }) {
  const words = (searched ?? '')
    .replace(/(^|\s)-?[\p{L}_]+:("[^"]*"|\S+)/gu, ' ')
    .match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]+/gu)
    ?.filter((word) => word !== 'OR' && word !== 'NOT' && word !== 'AND')
  const places = words?.length ? placesOf(text, words.map(bare)) : []
  if (places.length === 0) return text
  return (
    <>
      {places.map(([from, to], n) => (
        <span key={from}>
          {text.slice(places[n - 1]?.[1] ?? 0, from)}
          <mark className="rounded-sm bg-warning/25 text-foreground">{text.slice(from, to)}</mark>
        </span>
      ))}
      {text.slice(places.at(-1)?.[1])}
    </>
  )
}
