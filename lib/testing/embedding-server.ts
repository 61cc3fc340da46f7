import { createHash } from 'node:crypto'
import { startRecorder } from './recorder'

/**
 * A server on this machine that makes embeddings as OpenAI's API does: texts with the same words point the same way, and so do words that
 * it was told mean the same. `texts` are all that it was given; it fails while `failure` is set, or once it was given `failsAfter` texts, and
 * takes none that have the word `refuses`.
 */
export async function startEmbeddingServer(meanings: Record<string, string> = {}) {
  const server = {
    url: '',
    texts: [] as string[],
    failure: 0,
    failsAfter: Number.POSITIVE_INFINITY,
    refuses: null as string | null,
    size: null as number | null,
    close: async () => {},
  }
  const vectorOf = (text: string, size: number) => {
    const vector = new Array<number>(size).fill(0.001)
    for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
      const at =
        createHash('sha256')
          .update(meanings[word] ?? word)
          .digest()
          .readUInt32LE() % size
      vector[at] = (vector[at] as number) + 1
    }
    const length = Math.hypot(...vector)
    return vector.map((each) => each / length)
  }
  const recorder = await startRecorder(({ body }) => {
    const { input, dimensions, model } = JSON.parse(body) as { input: string[]; dimensions?: number; model: string }
    if (server.failure || server.texts.length >= server.failsAfter)
      return { status: server.failure || 503, body: { error: { message: 'no' } } }
    if (server.refuses && input.some((text) => text.includes(server.refuses as string)))
      return { status: 400, body: { error: { message: 'Not such a text' } } }
    if (server.size && dimensions) return { status: 400, body: { error: { message: 'This model has one size' } } }
    server.texts.push(...input)
    const data = input.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text, server.size ?? dimensions ?? 768) }))
    return { body: { object: 'list', model, data, usage: { prompt_tokens: 1, total_tokens: 1 } } }
  })
  server.url = `${recorder.url}/v1`
  server.close = recorder.close
  return server
}
