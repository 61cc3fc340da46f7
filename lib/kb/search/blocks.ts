import { Parser } from 'htmlparser2'
import type { Block } from './passages'

const blockTags = new Set(
  ['blockquote', 'caption', 'div', 'dd', 'dl', 'dt', 'figcaption', 'figure', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr'].concat([
    ...['li', 'ol', 'p', 'pre', 'section', 'table', 'tbody', 'thead', 'tr', 'ul'],
  ]),
)
const unread = new Set(['script', 'style', 'template', 'title'])

/** The blocks of an article: paragraphs, points of lists, rows of tables, and headings with their anchors. */
export function blocksOfHtml(html: string): Block[] {
  const blocks: Block[] = []
  let text = ''
  let heading: { level: number; anchor: string } | undefined
  let silent = 0
  const close = () => {
    const line = text.replace(/\s+/gu, ' ').trim()
    if (line) blocks.push(heading ? { text: line, ...heading } : { text: line })
    text = ''
  }
  const parser = new Parser({
    onopentag(name, { id = '' }) {
      if (unread.has(name)) silent++
      if (name === 'br' || name === 'td' || name === 'th') text += ' '
      if (!blockTags.has(name)) return
      close()
      heading = /^h[1-6]$/.test(name) ? { level: Number(name[1]), anchor: id } : undefined
    },
    ontext(part) {
      if (silent === 0) text += part
    },
    onclosetag(name) {
      if (unread.has(name)) silent--
      if (!blockTags.has(name)) return
      close()
      heading = undefined
    },
  })
  parser.end(html)
  close()
  return blocks
}
