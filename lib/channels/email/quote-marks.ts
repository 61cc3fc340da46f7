interface Line {
  text: string
  isQuoted: boolean
}

/** "AS> " or "Acme> ": so The Bat! and Emacs mark what they quote. */
const signs = /^[ \t]{0,8}(\p{L}[\p{L}\p{M}]{0,11})(?:>[ \t]?)+/u
const farthest = 3

/** Marks lines as quoted that begin with the initials or a name of whom the line above them names as their writer. */
export function withInitials<L extends Line>(lines: readonly L[]): readonly L[] {
  let name = ''
  let isFound = false
  const marked = lines.map((line, n) => {
    if (line.text.trim() === '') return line
    const [sign, given] = signs.exec(line.text.slice(0, 60)) ?? []
    if (sign === undefined || given === undefined) {
      name = ''
      return line
    }
    if (given !== name) name = names(headAbove(lines, n), given) ? given : ''
    if (name === '') return line
    isFound = true
    return { ...line, text: line.text.slice(sign.length), isQuoted: true }
  })
  return isFound ? marked : lines
}

/** What ends in a colon right above a line, by at most one blank line. */
function headAbove(lines: readonly Line[], n: number): string {
  for (let at = n - 1; at >= 0 && at >= n - farthest; at--) {
    const text = (lines[at]?.text ?? '').trim()
    if (text !== '') return text.endsWith(':') ? text.slice(-300) : ''
  }
  return ''
}

function names(head: string, given: string): boolean {
  const words: string[] = head.replace(/<[^<>]{0,200}>/g, ' ').match(/[\p{L}\p{M}]+/gu) ?? []
  const initials = words.map((word) => word.charAt(0)).filter((sign) => sign !== sign.toLowerCase() || sign === sign.toUpperCase())
  return words.includes(given) || (given.length > 1 && given.length < 5 && initials.join('').includes(given))
}

const fence = /^[ \t]{0,3}```/

/** Which lines stand between "```" and "```", where nothing is what it looks like. */
export function fencedLines(lines: readonly Line[]): ReadonlySet<number> {
  const fences = lines.flatMap(({ text, isQuoted }, n) => (!isQuoted && fence.test(text) ? [n] : []))
  const fenced = new Set<number>()
  for (let at = 0; at + 1 < fences.length; at += 2) for (let n = fences[at] as number; n <= (fences[at + 1] as number); n++) fenced.add(n)
  return fenced
}

const wideEnough = 55
const longestRest = 45

/** Marks a line as quoted that a program broke off the quoted one above it: a sentence that goes on in the quoted line below. */
export function withBrokenLines<L extends Line>(lines: readonly L[]): readonly L[] {
  const isBroken = (n: number) => {
    const [above, line, below] = [lines[n - 1], lines[n] as L, lines[n + 1]]
    return (
      !line.isQuoted &&
      above?.isQuoted === true &&
      below?.isQuoted === true &&
      line.text.length <= longestRest &&
      above.text.trim().length >= wideEnough &&
      /[\p{L},]$/u.test(above.text.trim().slice(-1)) &&
      /^\p{Ll}/u.test(line.text) &&
      /[\p{L},]$/u.test(line.text.trim().slice(-1)) &&
      /^\p{Ll}/u.test(below.text.trim())
    )
  }
  const broken = new Set(lines.flatMap((_, n) => (isBroken(n) ? [n] : [])))
  return broken.size > 0 ? lines.map((line, n) => (broken.has(n) ? { ...line, isQuoted: true } : line)) : lines
}
