import type { ReactNode } from 'react'

/** A text in which the words stand out that were looked for. */
export function MarkedText({ text, highlights }: { text: string; highlights: (readonly [from: number, to: number])[] }) {
  const parts: ReactNode[] = []
  let done = 0
  for (const [from, to] of highlights) {
    parts.push(
      text.slice(done, from),
      <mark key={from} className="rounded-sm bg-warning/25 text-foreground">
        {text.slice(from, to)}
      </mark>,
    )
    done = to
  }
  return (
    <>
      {parts}
      {text.slice(done)}
    </>
  )
}
