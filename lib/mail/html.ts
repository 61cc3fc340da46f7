import sanitizeHtml from 'sanitize-html'

/** Larger or more tangled than any letter: making it harmless would take longer than anybody may be kept waiting. */
export const maxHtml = 300_000
const maxTags = 8000
const maxDepth = 400

/** Whether HTML is small and flat enough to be looked into; one pass, no nesting to fall for. */
export function isReadable(html: string): boolean {
  if (html.length > maxHtml) return false
  let tags = 0
  let depth = 0
  for (const [tag] of html.matchAll(/<\/?[a-z!][^<>]{0,200}/gi)) {
    if (++tags > maxTags) return false
    if (tag.startsWith('</')) depth = Math.max(0, depth - 1)
    else if (!/^<(?:br|img|hr|meta|link|input|!)/i.test(tag) && ++depth > maxDepth) return false
  }
  return true
}

/** HTML that came from outside, reduced to what can do no harm: no scripts, styles, forms, frames or remote images. */
export const sanitizeMailHtml = (html: string): string =>
  sanitizeHtml(html, {
    allowedTags: [
      'a', 'b', 'blockquote', 'br', 'code', 'div', 'em', 'h1', 'h2', 'h3', 'h4', 'hr', 'i', 'li', 'ol', 'p', 'pre', 's',
      'span', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'u', 'ul',
    ], // biome-ignore format: a list reads better than a column
    allowedAttributes: { a: ['href', 'title'], td: ['colspan', 'rowspan'], th: ['colspan', 'rowspan'], '*': ['dir'] },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowProtocolRelative: false,
    transformTags: { a: sanitizeHtml.simpleTransform('a', { rel: 'noopener noreferrer nofollow', target: '_blank' }) },
    nestingLimit: 60,
  })

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c] as string)
