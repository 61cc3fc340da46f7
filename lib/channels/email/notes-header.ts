import { isTime } from './attribution'
import { labelNamed } from './header-block'

const boxRule = /^\|?-{3,}[>|]$/
const boxCell = /^\|(.*)\|$/
const mostLines = 60

/**
 * The head above an earlier message as Lotus Notes writes it: labels and values in boxes that are drawn, or in columns. How many lines it
 * takes, or null.
 * @param lineAt a line by its distance as it is, without signs of quoting; undefined where the mail ends
 */
export const notesHeaderAt = (lineAt: (distance: number) => string | undefined): number | null =>
  boxesAt(lineAt) ?? columnsAt(lineAt) ?? cellsAt(lineAt)

function boxesAt(lineAt: (distance: number) => string | undefined): number | null {
  if (!/^\|-{3,}>$/.test(lineAt(0)?.trim() ?? '')) return null
  const labels = new Set<string>()
  let end = 0
  for (let n = 0; n < mostLines; n++) {
    const text = lineAt(n)?.trim()
    if (text === undefined) break
    if (text === '') continue
    const cell = boxCell.exec(text)?.[1]
    if (cell === undefined && !boxRule.test(text)) break
    const label = cell?.trim().endsWith(':') ? labelNamed(cell) : undefined
    if (label) labels.add(label)
    end = n + 1
  }
  return labels.has('from') && labels.size >= 3 ? end : null
}

/** The sender and the time at the left; "To", "cc" and "Subject" at the right end of lines, each above its value. */
function columnsAt(lineAt: (distance: number) => string | undefined): number | null {
  const labels = new Set<string>()
  let [end, hasTime] = [0, false]
  for (let n = 0; n < mostLines; n++) {
    const text = lineAt(n)
    if (text === undefined) break
    if (text.trim() === '') continue
    if (!/^\s{6}/.test(text)) break
    const cells = text.trim().split(/\s{3,}/)
    const label = labelNamed(cells.at(-1) ?? '')
    if (label && text.trimEnd().length > 40) labels.add(label)
    hasTime ||= cells.some((cell) => /\d/.test(cell) && isTime(cell))
    end = n + 1
  }
  return labels.has('to') && labels.has('subject') && hasTime ? end : null
}

const mostCells = 30

/** The columns as formatted text has them: an address and a time, and labels without colons in cells of their own. */
function cellsAt(lineAt: (distance: number) => string | undefined): number | null {
  const labels: string[] = []
  let hasTime = false
  if (!/<[^<>\s]+@[^<>\s]+>/.test(lineAt(0) ?? '')) return null
  for (let n = 0; n < mostCells; n++) {
    const text = lineAt(n)?.trim()
    if (text === undefined) return null
    if (text === '') continue
    const label = labelNamed(text)
    if (label) labels.push(label)
    else if (labels.at(-1) === 'subject') return hasTime && labels.includes('to') ? n + 1 : null
    else if (labels.length === 0 && n > 0) {
      // Above the first label stand who and when alone.
      if (!isTime(text)) return null
      hasTime = true
    }
  }
  return null
}
