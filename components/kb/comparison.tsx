import type { api } from '@/lib/wiring/client'

/** What was removed from a text and what was added, part by part. */
export type Comparison = Awaited<ReturnType<typeof api.kb.compareVersions>>

/** A comparison as a text: removed words struck through, added ones underlined. */
export const Parts = ({ parts }: { parts: Comparison['text'] }) =>
  parts.map(({ kind, text }, at) => {
    const key = `${at} ${kind}`
    if (kind === 'added')
      return (
        <ins key={key} className="bg-success/15">
          {text}
        </ins>
      )
    if (kind === 'removed')
      return (
        <del key={key} className="bg-danger/15">
          {text}
        </del>
      )
    return <span key={key}>{text}</span>
  })
