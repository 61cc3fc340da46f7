export interface Section {
  id: string
  text: string
  level: 2 | 3
}

/** The headings of an article, in order: its HTML is ours, each heading has its anchor. */
export function sectionsOf(html: string): Section[] {
  return [...html.matchAll(/<(h[23]) id="([^"]+)"[^<>]*>(.*?)<\/\1>/gs)]
    .map(([, tag, id = '', inner = '']) => ({ id, text: textIn(inner), level: tag === 'h2' ? (2 as const) : (3 as const) }))
    .filter(({ text }) => text)
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' }
const textIn = (html: string) =>
  html
    .replace(/<[^<>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => entities[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim()

const escaped = (text: string) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)

interface Words {
  /** Of the link at a heading. */
  linkTo: (heading: string) => string
  /** Of a table and of code, which scroll sideways. */
  table: string
  code: string
  /** Below a video, which is loaded when it is asked for. */
  video: (provider: string) => string
}

/** An article as it is shown: a link at each heading, and tables and code that scroll by themselves where they are wider than the page. */
export const shownArticle = (html: string, { linkTo, table, code, video }: Words): string =>
  html
    .replace(/<(h[2-4]) id="([^"]+)"([^<>]*)>(.*?)<\/\1>/gs, (whole, tag: string, id: string, rest: string, inner: string) => {
      const text = textIn(inner)
      if (!text) return whole
      return `<${tag} id="${id}"${rest}>${inner}<a class="anchor" href="#${id}" aria-label="${escaped(linkTo(text))}">#</a></${tag}>`
    })
    .replace(
      /<p((?:\s[^<>]*)?)>(<a [^<>]*data-video="([^<>"]*)"[^<>]*>[^<>]*<\/a>)<\/p>/g,
      (_, rest: string, link: string, provider: string) => `<p${rest} class="video">${link}<span>${escaped(video(provider))}</span></p>`,
    )
    .replace(/<table(?=[\s>])/g, `<div class="table-scroll" role="region" tabindex="0" aria-label="${escaped(table)}"><table`)
    .replace(/<\/table>/g, '</table></div>')
    .replace(/<pre(?=[\s>])/g, `<pre role="region" tabindex="0" aria-label="${escaped(code)}"`)
