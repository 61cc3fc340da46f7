import type { api } from '@/lib/wiring/client'

type Told = Parameters<typeof api.kb.recordReading>[0] & Record<string, unknown>
type Chosen = Parameters<typeof api.kb.recordChoice>[0]

/** Tells something that is counted, without anybody waiting for it, also while the page goes away. */
const tell = (path: string, body: object) => {
  navigator.sendBeacon(`/api/v1${path}`, new Blob([JSON.stringify(body)], { type: 'application/json' }))
}

export const tellReading = ({ id, ...read }: Told) => tell(`/public/kb/articles/${id}/readings`, read)

export const tellChoice = ({ id, ...chosen }: Chosen) => tell(`/public/kb/articles/${id}/choices`, chosen)
