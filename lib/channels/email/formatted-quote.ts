import { DomUtils, parseDocument } from 'htmlparser2'
import { isReadable } from '../../core/html'
import { plainLine } from './attribution'
import { foldedLines, lineOf, type MailLine } from './fold'

type Node = ReturnType<typeof parseDocument>['children'][number]
type Element = Extract<Node, { attribs: unknown }>

/** A text or what stands in a line like one, and the part of it that belongs to the line. */
interface Leaf {
  node: Node
  from: number
  end: number
}

interface HtmlLine extends MailLine {
  leaves: Leaf[]
}

const blockTags = new Set(
  // not-words: names of tags
  'address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr html li main ol p pre section table tbody td tfoot th thead tr ul'.split(
    ' ',
  ),
)
const unseenTags = new Set(['head', 'style', 'script', 'title', 'template', 'meta', 'link'])

/** What programs call their containers; prefixes that webmail puts before the names of others are passed over. */
const quoteNames =
  /^(?:.{0,24}yahoo_quoted.{0,40}|protonmail_quote|zmail_extra|isreplycontent|freshdesk_quote|mail-editor-reference-message-container|ms-outlook-mobile-reference-message|messagereplysection|clean_bq|spark_quote|tutanota_quote|wm_quote|quote)$/
const attributionNames = /^(?:gmail_attr|moz-cite-prefix|reply-intro|airmail_on|tutanota_quote_header)$/
const restNames = /^(?:divrplyfwdmsg|outlookmessageheader|stopspelling)$/
const signatureNames =
  /^(?:gmail_signature|gmail_signature_prefix|signature|applemailsignature|ms-outlook-mobile-signature|ms-outlook-mobile-body-separator-line|moz-signature|protonmail_signature_block|lotus_notes_signature|tutanota_signature)$/

interface FormattedQuote {
  visible: string
  quoted: string | null
  /** What is visible when something was folded, as plain words. */
  words: string
  /** Nothing was folded, for the answers may stand within, in a colour that plain text has not. */
  isColoured: boolean
}

const mostPasses = 4

/** Parts the HTML of an answer from the earlier messages in it. No word is lost; what can't be looked into is left whole. */
export function splitQuotedHtml(html: string): FormattedQuote {
  const whole = { visible: html, quoted: null, words: '', isColoured: false }
  if (!isReadable(html)) return whole
  const quoted: string[] = []
  let visible = html
  let words = ''
  // What was folded once has nothing more to fold; where that can't be had, it is left whole.
  for (let pass = 0; pass < mostPasses; pass++) {
    const lines = linesOf(parseDocument(visible).children)
    const folded = foldedLines(lines)
    if (!folded.includes(true))
      return quoted.length > 0
        ? { ...whole, visible, quoted: quoted.join(''), words }
        : { ...whole, isColoured: lines.some(({ isStriking }) => isStriking === true) }
    words = lines.flatMap(({ text }, n) => (folded[n] ? [] : [text])).join('\n')
    quoted.push(only(visible, folded, true))
    visible = only(visible, folded, false)
  }
  return whole
}

/** What of a document stands from a line on; null where nothing begins there. */
export function splitHtmlAt(html: string, begin: (lines: readonly MailLine[]) => number | null): string | null {
  if (!isReadable(html)) return null
  const lines = linesOf(parseDocument(html).children)
  const from = begin(lines)
  if (from === null) return null
  return (
    only(
      html,
      lines.map((_, n) => n >= from),
      true,
    ) || null
  )
}

/** The document with the lines alone that are folded, or that are not. */
function only(html: string, folded: readonly boolean[], which: boolean): string {
  const root = parseDocument(html)
  const kept = new Map<Node, string>()
  const gone = new Set<Node>()
  linesOf(root.children).forEach(({ leaves }, n) => {
    for (const { node, from, end } of leaves) {
      const part = node.type === 'text' && folded[n] === which ? node.data.slice(from, end) : ''
      if (node.type === 'text') kept.set(node, (kept.get(node) ?? '') + part)
      else if (folded[n] !== which) gone.add(node)
    }
  })
  prune(root.children, kept, gone)
  return DomUtils.getInnerHTML(root, { encodeEntities: 'utf8' }).trim()
}

/** Takes out what is gone and what holds nothing any more; returns whether anything is left. Cells stay as long as their row does. */
function prune(nodes: readonly Node[], kept: Map<Node, string>, gone: Set<Node>): boolean {
  let isLeft = false
  const cells: Node[] = []
  for (const node of [...nodes]) {
    const text = kept.get(node)
    if (node.type === 'text' && text !== undefined) node.data = text
    if (node.type !== 'text' && (!isElement(node) || unseenTags.has(node.name))) {
      DomUtils.removeElement(node)
      continue
    }
    const isHere =
      text !== undefined
        ? text !== ''
        : !gone.has(node) && (!isElement(node) || node.children.length === 0 || prune(node.children, kept, gone))
    // What a program called it has had its effect, and must have none on what is left.
    if (isElement(node)) for (const name of ['class', 'id', 'name', 'type']) delete node.attribs[name]
    if (isHere) isLeft = true
    else if (isElement(node) && /^t[dh]$/.test(node.name)) cells.push(node)
    else DomUtils.removeElement(node)
  }
  if (!isLeft) for (const cell of cells) DomUtils.removeElement(cell)
  return isLeft
}

interface Place {
  isQuoted: boolean
  mark: MailLine['mark']
  isInGmailQuote: boolean
  isPreformatted: boolean
  isStriking: boolean
}

/** What a reader sees as lines, with what the structure says of each. */
function linesOf(nodes: readonly Node[]): HtmlLine[] {
  const lines: HtmlLine[] = []
  let line: HtmlLine | null = null
  /** That of an element that begins something, until a line has it. */
  let pending: MailLine['mark']
  let isApart = true

  const end = (ofBlock: boolean) => {
    line = null
    isApart ||= ofBlock
  }
  const lineAt = (place: Place): HtmlLine => {
    if (!line) {
      line = { text: '', isQuoted: place.isQuoted, isApart, mark: place.mark, leaves: [] }
      isApart = false
      lines.push(line)
    }
    return line
  }
  const addText = (node: Node & { data: string }, place: Place) => {
    for (let from = 0; from < node.data.length; ) {
      const next = place.isPreformatted ? node.data.indexOf('\n', from) : -1
      const stop = next < 0 ? node.data.length : next + 1
      const into = lineAt(place)
      if (/\S/.test(node.data.slice(from, stop))) into.isStriking = (into.isStriking ?? true) && place.isStriking
      into.text += node.data.slice(from, stop)
      into.leaves.push({ node, from, end: stop })
      if (pending && !place.isQuoted && plainLine(into.text) !== '') {
        into.mark ??= pending
        pending = undefined
      }
      if (next >= 0) end(false)
      from = stop
    }
  }
  const walk = (children: readonly Node[], place: Place) => {
    for (const node of children) {
      if (node.type === 'text') addText(node, place)
      else if (isElement(node) && !unseenTags.has(node.name)) enter(node, place)
    }
  }
  const enter = (element: Element, outer: Place) => {
    const isBlock = blockTags.has(element.name)
    const place = placeIn(element, outer)
    if (isBlock) end(true)
    if (!place.isQuoted && beginsRest(element)) pending = 'rest'
    if (element.name === 'hr') {
      lines.push({ text: '_____', isQuoted: place.isQuoted, mark: place.mark, leaves: [{ node: element, from: 0, end: 0 }] })
    } else if (element.children.length === 0) lineAt(place).leaves.push({ node: element, from: 0, end: 0 })
    else {
      // A mark on words within a line holds for all of it.
      if (place.mark && !outer.mark && !isBlock) lineAt(place).mark ??= place.mark
      walk(element.children, place)
    }
    if (isBlock || element.name === 'br') end(isBlock)
  }
  walk(nodes, { isQuoted: false, mark: undefined, isInGmailQuote: false, isPreformatted: false, isStriking: false })
  return lines.map(marked)
}

/** A line that is marked by ">" is quoted in formatted text as well. */
function marked(line: HtmlLine): HtmlLine {
  if (line.isQuoted) return line
  const { text, isQuoted, mark } = lineOf(line.text.trimStart())
  return isQuoted ? { ...line, text, isQuoted } : mark ? { ...line, mark } : line
}

const isElement = (node: Node): node is Element => 'attribs' in node

const namesOf = ({ attribs }: Element): string[] =>
  `${attribs.class ?? ''} ${attribs.id ?? ''} ${attribs.name ?? ''}`
    .slice(0, 500)
    .toLowerCase()
    .split(/\s+/)
    .filter((name) => name !== '')
    .map((name) => name.replace(/^(?:x_|m_-?\d{1,25}|v1)+/, ''))

function placeIn(element: Element, outer: Place): Place {
  const names = namesOf(element)
  const is = (pattern: RegExp) => names.some((name) => pattern.test(name))
  const isQuotation = element.name === 'blockquote'
  const isOfProgram =
    is(quoteNames) ||
    (isQuotation && (element.attribs.type?.toLowerCase() === 'cite' || (outer.isInGmailQuote && names.includes('gmail_quote'))))
  const mark = isOfProgram ? 'quote' : is(attributionNames) ? 'attribution' : is(signatureNames) ? 'signature' : undefined
  return {
    isQuoted: outer.isQuoted || isQuotation || isOfProgram,
    mark: outer.mark ?? mark,
    isInGmailQuote: outer.isInGmailQuote || (!isQuotation && names.includes('gmail_quote')),
    isPreformatted: outer.isPreformatted || element.name === 'pre' || /white-space:\s*pre/i.test(element.attribs.style ?? ''),
    isStriking: isStriking(element) ?? outer.isStriking,
  }
}

const strong = 150

/** Whether an element gives its words a strong colour; null where it gives none. Dark blue is what Outlook of old wrote in, and links have one anyway. */
function isStriking({ name, attribs }: Element): boolean | null {
  if (name === 'a') return false
  const colour = /(?:^|;)\s*color\s*:\s*([^;!]{1,40})/i.exec(attribs.style ?? '')?.[1] ?? (name === 'font' ? attribs.color : undefined)
  if (colour === undefined) return null
  if (/^\s*(?:red|blue|green|lime|magenta|fuchsia|crimson|orange)\s*$/i.test(colour)) return true
  const [, hex] = /^\s*#([0-9a-f]{6})\b/i.exec(colour) ?? []
  const parts = hex
    ? hex.match(/../g)?.map((part) => Number.parseInt(part, 16))
    : /^\s*rgb/i.test(colour)
      ? colour.match(/\d{1,3}/g)?.map(Number)
      : null
  const [red = 0, green = 0, blue = 0] = parts ?? []
  return Math.max(red, green, blue) - Math.min(red, green, blue) >= strong
}

/** Outlook, of whatever kind: all that comes after is the earlier message. */
function beginsRest(element: Element): boolean {
  if (namesOf(element).some((name) => restNames.test(name))) return true
  return isHeadedByBorder(element)
}

/** Outlook on a desktop draws a line above bold labels, in whatever language. */
function isHeadedByBorder(element: Element): boolean {
  if (
    element.name !== 'div' ||
    !/border-top:\s*solid\s+#(?:E1E1E1|B5C4DF)|border-top-color:\s*rgb\(229, ?229, ?229\)/i.test(element.attribs.style ?? '')
  )
    return false
  const labels = DomUtils.getElementsByTagName('b', element.children, true, 20).filter((label) =>
    /[:：]\s*$/.test(DomUtils.textContent(label)),
  )
  return labels.length >= 3
}
