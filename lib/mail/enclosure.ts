import { z } from 'zod'
import { newId } from '../core/id'
import type { TenantRef } from '../db/scope'
import { openFile } from '../files/attachments'
import { MailFailure } from './failure'

/** A file that a mail carries: the message has a marker in its place, and its bytes are read from the file storage when it is sent. */
export interface Enclosure {
  fileId: string
  filename: string
  contentType: string
  /** With it, it stands within the HTML, which names it so. */
  cid?: string
}

/** As it is kept with the message. */
export const keptEnclosures = z.array(z.object({ fileId: z.string(), marker: z.string() }))

/** What nothing else in the message can be: it is made after the rest was written. */
export const newMarker = () => newId()

/** An enclosure, and where its bytes are; null when it was deleted. */
export interface FileToSend {
  marker: string
  file: { id: string; storedAs: string | null } | null
}

export interface EnclosingMessage {
  tenant: TenantRef
  /** With a marker in the place of each file. */
  raw: Uint8Array
  files: FileToSend[]
}

/** The file that stands where the marker does. @throws {MailFailure} when it is gone */
export async function bytesOf({ tenant }: Pick<EnclosingMessage, 'tenant'>, { file }: FileToSend): Promise<AsyncIterable<Uint8Array>> {
  const bytes = file && (await openFile(tenant, file))
  if (!bytes) throw new MailFailure('file_gone', '', 'never')
  return bytes
}

/** The message as it goes over the wire, a piece at a time; the same each time. @throws {MailFailure} when a file is gone */
export async function* wholeMessage(message: EnclosingMessage): AsyncGenerator<Uint8Array> {
  let rest = Buffer.from(message.raw.buffer, message.raw.byteOffset, message.raw.byteLength)
  for (const { at, length, isEncoded, file } of placesOf(rest, message.files)) {
    yield rest.subarray(0, rest.length - at)
    const bytes = await bytesOf(message, file)
    yield* isEncoded ? inLines(bytes) : bytes
    rest = rest.subarray(rest.length - at + length)
  }
  yield rest
}

/** The same at once, for a provider that takes nothing else. */
export const wholeBytes = async (message: EnclosingMessage): Promise<Buffer<ArrayBuffer>> =>
  Buffer.concat(await Array.fromAsync(wholeMessage(message)))

/** Where the files stand, the first in the message first, counted from its end. */
function placesOf(raw: Buffer, files: readonly FileToSend[]) {
  const found = files.map((file) => {
    const encoded = encodedMarker(file.marker)
    const isEncoded = raw.includes(encoded)
    const sign = isEncoded ? encoded : file.marker
    return { at: raw.length - raw.indexOf(sign), length: sign.length, isEncoded, file }
  })
  return found.sort((a, b) => b.at - a.at)
}

const encodedMarker = (marker: string) => Buffer.from(marker).toString('base64')

/** Bytes of a line of base64 (RFC 2045, 6.8). */
const lineBytes = 57

async function* inLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0)
  for await (const chunk of bytes) {
    const all = Buffer.concat([rest, chunk])
    const end = all.length - (all.length % lineBytes)
    yield Buffer.from(all.toString('base64', 0, end).replace(/.{76}/g, '$&\r\n'))
    rest = all.subarray(end)
  }
  yield Buffer.from(rest.toString('base64'))
}
