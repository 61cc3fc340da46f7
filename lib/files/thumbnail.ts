import sharp from 'sharp'
import { log } from '../log'

const longestSide = 480
/** More pixels than any camera makes: a bomb. */
const maxPixels = 60_000_000

/** A small WebP of a picture without what its camera wrote into it; null where it cannot be read. */
export async function thumbnailOf(bytes: Uint8Array): Promise<Uint8Array | null> {
  try {
    return await sharp(bytes, { limitInputPixels: maxPixels, animated: false, failOn: 'error' })
      .rotate()
      .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 78 })
      .toBuffer()
  } catch (error) {
    log().debug({ err: error }, 'a picture has no thumbnail')
    return null
  }
}
