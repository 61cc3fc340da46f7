// Finds promises that nothing waits for: what they do comes after the answer or, if it is a query, not at all.
import path from 'node:path'
import {
  type Expression,
  isAwaitExpression,
  isBinaryExpression,
  isCallExpression,
  isExpressionStatement,
  isIdentifier,
  isPropertyAccessExpression,
  isVoidExpression,
  type Node,
} from 'typescript/unstable/ast'
import { API, type Checker, type Type } from 'typescript/unstable/sync'

const root = path.resolve(import.meta.dirname, '..')
const api = new API({ cwd: root })
const project = api.updateSnapshot({ openProjects: [path.join(root, 'tsconfig.json')] }).getProjects()[0]
if (!project) throw new Error('tsconfig.json makes no project')
const { program, checker } = project

const problems: string[] = []
let seen = 0
for (const file of program.getSourceFileNames()) {
  const name = path.relative(root, file)
  if (name.startsWith('..') || /^node_modules\/|^\.next\/|\/generated\/|\.d\.(json\.)?ts$/.test(name)) continue
  const source = program.getSourceFile(file)
  if (!source) continue
  seen++
  const statements: Expression[] = []
  const walk = (node: Node): undefined => {
    if (isExpressionStatement(node) && !isHandled(node.expression)) statements.push(node.expression)
    node.forEachChild(walk)
  }
  walk(source)
  const types = checker.getTypeAtLocation(statements)
  for (const [at, expression] of statements.entries()) {
    if (!isPromise(checker, types[at])) continue
    const start = source.text.slice(0, expression.getStart(source)).split('\n').length
    problems.push(`${name}:${start}: nothing waits for ${expression.getText(source).split('\n')[0]}`)
  }
}
api.close()
if (seen === 0) throw new Error('there are no files to look at')

if (problems.length > 0) {
  console.error(`${problems.join('\n')}\nAwait them, return them, or say \`void\` where nothing may wait.`)
  process.exit(1)
}
console.log(`every promise in ${seen} files is waited for`)

/** Waited for, kept, given up on purpose, or with its failure taken care of. */
function isHandled(expression: Expression): boolean {
  if (isAwaitExpression(expression) || isVoidExpression(expression)) return true
  // Of binary operators, only assignments to what lives on stand alone in a statement.
  if (isBinaryExpression(expression)) return /=$/.test(expression.operatorToken.getText())
  if (!isCallExpression(expression)) return false
  // What a React hook gives back is kept by React.
  if (isIdentifier(expression.expression)) return /^use[A-Z]/.test(expression.expression.text)
  if (!isPropertyAccessExpression(expression.expression)) return false
  const { text } = expression.expression.name
  return text === 'catch' || (text === 'then' && expression.arguments.length === 2)
}

function isPromise(checker: Checker, type: Type | undefined): boolean {
  if (!type) return false
  if (type.isUnionType()) return (type.getTypes() ?? []).some((each) => isPromise(checker, each))
  return type.isObjectType() || type.isIntersectionType() ? checker.getPropertyOfType(type, 'then') !== undefined : false
}
