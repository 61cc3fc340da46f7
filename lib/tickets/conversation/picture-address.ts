/** Which text of a message a picture stands in. */
export const parts = { body: 'bodyHtml', quoted: 'quotedHtml' } as const
export type Part = keyof typeof parts

/** As `sanitizeMailHtml` writes it; what somebody types has no `<` of its own. */
const remote = /<img data-remote="([^"]*)"/g

/** The text as it is shown: a picture elsewhere has an address of ours, by its place in the message; where it lies nobody is told. */
export const withOurAddresses = (html: string | null, messageId: string, part: Part): string | null => {
  let n = 0
  return html?.replace(remote, () => `<img data-remote="/api/v1/messages/${messageId}/pictures/${part}/${n++}"`) ?? null
}

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' }

/** Where the pictures of a stored text lie, in order. */
export const addressesIn = (html: string | null): string[] =>
  [...(html ?? '').matchAll(remote)].map(([, escaped = '']) =>
    escaped.replace(/&(?:amp|lt|gt|quot);/g, (entity) => entities[entity] as string),
  )
