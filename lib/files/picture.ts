import { fileTypeFromBuffer } from 'file-type'
import sharp, { type Sharp } from 'sharp'
import { invalid } from '../core/errors'
import { hasQuickThumbnail } from './thumbnail'

/** More pixels than cameras make: a bomb. */
const maxPixels = 40_000_000
const maxSeconds = 4

/** How an upright picture is to be drawn. */
export type Shape = (read: Sharp) => Sharp

/**
 * Draws a picture that somebody uploaded anew, in the size and the format that `shape` gives it, without what its camera wrote into it.
 * @throws INVALID for what is no picture, whatever it is called
 */
export async function drawPicture(bytes: Uint8Array, shape: Shape): Promise<Buffer> {
  if (!(await isPicture(bytes))) throw invalid({ file: ['workspace.picture'] })
  const read = sharp(bytes, { limitInputPixels: maxPixels, animated: false, failOn: 'error' }).timeout({ seconds: maxSeconds }).rotate()
  return shape(read)
    .toBuffer()
    .catch(() => {
      throw invalid({ file: ['workspace.picture'] })
    })
}

/** Whether it begins as a picture that can be drawn; what follows may be broken. */
export async function isPicture(bytes: Uint8Array): Promise<boolean> {
  const known = await fileTypeFromBuffer(bytes)
  return known !== undefined && hasQuickThumbnail(known.mime)
}
