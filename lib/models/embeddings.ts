import { env } from '../env'

/** A model that says in numbers what texts mean: those alike have vectors that point the same way. */
export interface EmbeddingModel {
  /** Its name and the size of its vectors: what is stored of one is never compared with what another says. */
  id: string
  size: 384 | 768 | 1024 | 1536
  /** @throws where the server fails or answers with vectors of another size */
  embed(texts: readonly string[], within: { timeoutMs: number; retries: number }): Promise<number[][]>
}

/** The model that the operator set up; null where there is none. */
export function embeddingModel(): EmbeddingModel | null {
  const { EMBEDDINGS_URL: url, EMBEDDINGS_API_KEY: apiKey, EMBEDDINGS_MODEL: name, EMBEDDINGS_SIZE: size } = env()
  if (!url) return null
  return { id: `${name}/${size}`, size, embed: (texts, within) => embedWith({ url, apiKey, name, size }, texts, within) }
}

interface Server {
  url: string
  apiKey: string | undefined
  name: string
  size: number
}

/** Servers that refuse to be told a size, by address and model: theirs have one alone. */
const unsized = new Set<string>()
const atOnce = 2

async function embedWith(server: Server, texts: readonly string[], within: { timeoutMs: number; retries: number }): Promise<number[][]> {
  const [{ APICallError, embedMany, RetryError }, { createOpenAICompatible }] = await Promise.all([
    import('ai'),
    import('@ai-sdk/openai-compatible'),
  ])
  const { url, apiKey, name, size } = server
  const key = `${url} ${name}`
  const model = createOpenAICompatible({ name: 'embeddings', baseURL: url.replace(/\/$/, ''), apiKey }).embeddingModel(name)
  const ask = (isSized: boolean) =>
    embedMany({
      ...{ model, values: [...texts], maxRetries: within.retries, maxParallelCalls: atOnce },
      ...(isSized ? { dimensions: size } : {}),
      abortSignal: AbortSignal.timeout(within.timeoutMs),
    })
  const { embeddings } = await ask(!unsized.has(key))
    .catch(async (error: unknown) => {
      if (unsized.has(key) || !APICallError.isInstance(error) || error.statusCode !== 400) throw error
      const answer = await ask(false)
      if (answer.embeddings.every((vector) => vector.length === size)) unsized.add(key)
      return answer
    })
    .catch((error: unknown) => {
      // Errors are logged, and what people write is not.
      for (const each of RetryError.isInstance(error) ? error.errors : [error])
        if (APICallError.isInstance(each)) Object.assign(each, { requestBodyValues: {} })
      throw error
    })
  if (embeddings.length !== texts.length) throw new Error(`${name} was given ${texts.length} texts and gave ${embeddings.length} vectors.`)
  const other = embeddings.find((vector) => vector.length !== size)
  if (other) throw new VectorSizeError(`${name} gives vectors of ${other.length} numbers. Set EMBEDDINGS_SIZE to that, not to ${size}.`)
  return embeddings
}

/** Whether a server said that it takes no such texts; it may take others. */
export async function isRefusal(error: unknown): Promise<boolean> {
  const { APICallError } = await import('ai')
  return APICallError.isInstance(error) && [400, 413, 422].includes(error.statusCode ?? 0)
}

/** The model is another than it was set up as. Nothing of it is stored. */
export class VectorSizeError extends Error {}
