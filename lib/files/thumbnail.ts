import sharp from 'sharp'
import { log } from '../log/log'

const longestSide = 480
/** More pixels than cameras make: a bomb. */
const maxPixels = 26_000_000
const maxSeconds = 2

/** What is read in a moment; newer formats take seconds for a picture of nothing. */
export const hasQuickThumbnail = (contentType: string) => ['image/png', 'image/jpeg', 'image/gif', 'image/webp'].includes(contentType)

/** A small WebP of a picture without what its camera wrote into it; null where it cannot be read in time. */
export async function thumbnailOf(bytes: Uint8Array): Promise<Uint8Array | null> {
  try {
    return await sharp(bytes, { limitInputPixels: maxPixels, animated: false, failOn: 'error' })
      .timeout({ seconds: maxSeconds })
      .rotate()
      .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 78 })
      .toBuffer()
  } catch (error) {
    log().debug({ err: error }, 'a picture has no thumbnail')
    return null
  }
}
