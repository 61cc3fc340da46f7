// What the source says to people: where a piece of text stands decides whether anybody reads it.
import { parseSync } from 'oxc-parser'

export interface Literal {
  line: number
  text: string
}

interface Node {
  type: string
  start: number
  end: number
  [field: string]: unknown
}

const shownProps =
  /^(title|label|aria-label|aria-description|aria-roledescription|placeholder|alt|summary|says|hint|description|heading|empty|confirm|action|name|success)$/
const codeProps =
  /^(className|href|src|id|key|type|role|variant|size|dir|lang|value|rel|target|method|style|autoComplete|inputMode|pattern|accept|as|tone|side|align|position|theme|shortcut|data-.*|aria-(live|current|hidden|controls|labelledby|describedby|haspopup|pressed|sort|autocomplete|keyshortcuts))$/
const shownKeys = /^(title|label|message|description|name|hint|text|heading|subject|says|success|placeholder|footer|problem|empty)$/
const tables = /(Names|Titles|Labels|Words|Sentences|Texts)$/
const shownCalls = /^(toast(\.\w+)?|confirm|window\.confirm|alert|announce)$/
// What is logged, styled, documented for the API, or looked up.
const codeCalls =
  /^(log\b|console\.|cn$|buttonClass$|msg$|t(\.\w+)?$|format\.\w+$|useKeptForm$|unsafeAllTenants$)|\.(route|meta|querySelector(All)?|closest|matches|searchParams|describe)$/
const codeErrors = /(Error|Refused)$/
/** Keys of the keyboard, and our own name, which is the same in every language. */
const keptWords = /^(Baraza|Enter|Escape|Tab|Home|End|Backspace|Delete|Arrow\w+|Page\w+|Shift|Control|Meta|Alt)$/

/** Two words or more, as they are said: no class list, no path, no identifiers. */
const isSentence = (text: string) => {
  const parts = text.trim().split(/\s+/)
  return (
    parts.length > 1 &&
    parts.some((part) => /\p{L}{2}/u.test(part)) &&
    parts.every((part) => /^[\p{L}\p{N}’'“”"«»().,:;!?…%&+#\-–—·◦]+$/u.test(part) && !/^[a-z]+(-[a-z\d]+)+$|\[|^[a-z]+:[a-z]/.test(part))
  )
}
const isWord = (text: string) => /^\p{Lu}\p{Ll}{2,}[.…!?]?$/u.test(text.trim()) && !keptWords.test(text.trim())
const isWords = (text: string) =>
  /\p{L}{2}/u.test(text) && !/^(https?:|mailto:|\/|#|[a-z]+[A-Z]\w*$|[a-z0-9_-]+(\.[a-z0-9_-]+)*$|[A-Z\d_]+$)/.test(text.trim())
const looksSaid = (text: string) => isSentence(text) || isWord(text)

/** Words for people in a source file, with the lines they begin on. */
export function literalsIn(file: string, source: string): Literal[] {
  const found: Literal[] = []
  const { program, errors } = parseSync(file, source)
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`)
  const lines = source.split('\n')
  const code = (node: unknown) => source.slice((node as Node).start, (node as Node).end)

  const report = (node: Node, text: string) => {
    const line = source.slice(0, node.start).split('\n').length
    if (!lines.slice(Math.max(0, line - 2), line).some((each) => each.includes('not-words')))
      found.push({ line, text: text.trim().replace(/\s+/g, ' ') })
  }

  /** What a piece of text stands in decides whether anybody reads it. */
  function isShown(text: string, trail: Node[], leaf: Node): boolean {
    let test = (given: string) => isSentence(given)
    for (let at = trail.length - 1; at >= 0; at--) {
      const node = trail[at] as Node
      const inner = trail[at + 1] ?? leaf
      if (node.type.startsWith('TS') && !/^TS(As|Satisfies|NonNull)/.test(node.type)) return false
      if (node.type === 'TaggedTemplateExpression' || node.source === inner) return false
      if (node.type === 'BinaryExpression' && node.operator !== '+') return false
      if (node.type === 'SwitchCase' && node.test === inner) return false
      if (typeof node.directive === 'string') return false
      if (node.type === 'MemberExpression' && node.property === inner) return false
      if (node.type === 'NewExpression' && codeErrors.test(code(node.callee)) && code(node.callee) !== 'FilterError') return false
      if (node.type === 'NewExpression' && /^(URLSearchParams|RegExp|Response|NextResponse)$/.test(code(node.callee))) return false
      if (node.type === 'ThrowStatement') test = looksSaid
      if (node.type === 'CallExpression') {
        if (codeCalls.test(code(node.callee))) return false
        if (shownCalls.test(code(node.callee))) test = looksSaid
      }
      if (
        /^(ConditionalExpression|LogicalExpression|ReturnStatement|ArrowFunctionExpression|ArrayExpression|JSXExpressionContainer)$/.test(
          node.type,
        ) &&
        at === trail.length - 1
      )
        test = looksSaid
      if (node.type === 'Property') {
        if (node.key === inner) return false
        const key = ((node.key as Node).name ?? (node.key as Node).value) as string
        if (key === 'rel') return false
        if (shownKeys.test(key)) test = looksSaid
      }
      if (node.type === 'VariableDeclarator' && tables.test(String((node.id as Node).name))) test = isWords
      if (node.type === 'JSXAttribute') {
        const { name } = node.name as { name: string }
        if (codeProps.test(name)) return false
        return shownProps.test(name)
          ? isWords(text) && (looksSaid(text) || /^(aria-label|title|label|hint|says|placeholder|alt)$/.test(name))
          : looksSaid(text)
      }
    }
    return test(text)
  }

  function visit(node: Node, trail: Node[]) {
    if (node.type === 'JSXText') {
      const text = String(node.value)
      if (/\p{L}{2}/u.test(text)) report(node, text)
    } else if (node.type === 'Literal' && typeof node.value === 'string') {
      if (node.value && isShown(node.value, trail, node)) report(node, node.value)
    } else if (node.type === 'TemplateLiteral') {
      const text = (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join('◦')
      if (/\p{L}{2}/u.test(text) && isShown(text, trail, node)) report(node, code(node))
    } else if (isFixedLocale(node)) report(node, code(node))
    const inner = [...trail, node]
    for (const value of Object.values(node))
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, inner)
  }

  /** Dates and numbers that are written one way for everybody. */
  const isFixedLocale = (node: Node) =>
    (node.type === 'NewExpression' &&
      /^Intl\.\w+Format$/.test(code(node.callee)) &&
      /^'en/.test(code((node.arguments as Node[])[0] ?? node))) ||
    (node.type === 'CallExpression' && /\.toLocale(Date|Time)?String$/.test(code(node.callee)))

  visit(program as unknown as Node, [])
  return found
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}
