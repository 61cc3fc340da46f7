/** A body that goes on for ever and says no length; `head` comes first. Counts what was taken of it. */
export function endlessBody(head: string | Buffer = '') {
  const chunk = Buffer.alloc(64 * 1024, 'a')
  const taken = { bytes: 0 }
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = taken.bytes === 0 && head.length > 0 ? Buffer.from(head) : chunk
      taken.bytes += next.length
      // For ever takes too long where nobody stops.
      if (taken.bytes > 100 * 1024 * 1024) controller.close()
      else controller.enqueue(next)
    },
  })
  const request = (url: string, headers: Record<string, string>) =>
    new Request(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit)
  return { taken, request }
}
