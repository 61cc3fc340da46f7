export const longestTag = 40

/** Small letters, words tied together, no two the same: "VIP Customer" and "vip-customer" are one tag. */
export const plainTag = (text: string): string =>
  text
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/[\s,#]+/g, '-')
    .replace(/^-+|-+$/g, '')

/** The tag that a text is; null for what is none. */
export function tagOf(text: string): string | null {
  const tag = plainTag(text)
  return tag && tag.length <= longestTag ? tag : null
}
