import { escapeHtml } from '../core/plain'
import { documentOf, type Translator } from '../text/translator'

export interface MailParts {
  greeting?: string
  paragraphs?: string[]
  items?: { title: string; text: string; url: string }[]
  footer?: { text: string; url: string }
}

const linked = (text: string) => escapeHtml(text).replace(/https?:\/\/[^\s<]+/g, (url) => `<a href="${url}">${url}</a>`)
const lines = (text: string) => linked(text).replace(/\n/g, '<br>')

/** What stands below a message, apart from it: mail readers know the line of two dashes. */
export const mailFooter = (t: Translator | null, { text, url }: { text: string; url: string }) => ({
  text: `-- \n${text}\n${url}\n`,
  html: `<p ${attributesOf(t)} style="color:#666;font-size:13px">${escapeHtml(text)}<br>${linked(url)}</p>`,
})

/**
 * The two twins of a message that the product writes: plain text, and the same in HTML.
 * @param t whose texts they are; null for a workspace's own text, of which the mail reader sees which way it runs
 */
export function mailBodies(
  t: Translator | null,
  { greeting, paragraphs = [], items = [], footer }: MailParts,
): { text: string; html: string } {
  // Mail readers know no logical sides.
  const start = t && documentOf(t).dir === 'rtl' ? 'right' : 'left'
  const said = [...(greeting ? [greeting] : []), ...paragraphs]
  const text = [
    ...said,
    ...items.map(({ title, text, url }) => [title, ...(text ? [text] : []), url].join('\n')),
    ...(footer ? [mailFooter(t, footer).text.trimEnd()] : []),
  ]
  const html = [
    ...said.map((paragraph) => `<p>${lines(paragraph)}</p>`),
    ...items.map(
      ({ title, text, url }) =>
        `<p style="margin:0 0 16px;padding-${start}:12px;border-${start}:3px solid #d0d0d0"><a href="${escapeHtml(url)}"><strong>${escapeHtml(title)}</strong></a>${text ? `<br>${lines(text)}` : ''}</p>`,
    ),
    ...(footer ? [mailFooter(t, footer).html] : []),
  ]
  return {
    text: `${text.join('\n\n')}\n`,
    html: `<div ${attributesOf(t)} style="font-family:system-ui,sans-serif;font-size:15px;line-height:1.5;max-width:600px">\n${html.join('\n')}\n</div>`,
  }
}

function attributesOf(t: Translator | null) {
  if (!t) return 'dir="auto"'
  const { lang, dir } = documentOf(t)
  return `lang="${lang}" dir="${dir}"`
}
