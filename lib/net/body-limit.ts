/** A body, whole, or null when it is longer than `most` bytes: no more of it is read then, whatever length its sender gave. */
export async function readUpTo(body: AsyncIterable<Uint8Array> | null, most: number): Promise<Buffer<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > most) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
