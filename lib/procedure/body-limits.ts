import { maxDepth } from '../core/json-shape'
import { maxFileSize } from '../files/schema'

const KB = 1024
const MB = 1024 * KB

/** How much a procedure takes, in bytes and in levels of JSON. What is more is refused before anybody reads it. */
export const bodyKinds = {
  small: { bytes: 64 * KB, depth: 12 },
  /** Ids or rows by the hundred. */
  list: { bytes: 256 * KB, depth: 12 },
  /** A message with its formatting, or rules that send some. */
  text: { bytes: MB, depth: maxDepth },
  /** A request, whose form may bring small files. */
  form: { bytes: 2 * MB, depth: maxDepth },
  /** A file of contacts. */
  table: { bytes: 2 * MB, depth: 12 },
  /** Files, as form data, with what is around them. */
  files: { bytes: maxFileSize + 64 * KB, depth: maxDepth },
} as const
export type BodyKind = keyof typeof bodyKinds
