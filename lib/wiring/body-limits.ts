import type { IncomingMessage } from 'node:http'
import type { AnyProcedure } from '@orpc/server'
import { type BodyKind, bodyKinds } from '../procedure/body-limits'
import type { ProcedureMeta } from '../procedure/context'
import { router } from './router'

const kindOf = (procedure: AnyProcedure): BodyKind => (procedure['~orpc'].meta as ProcedureMeta).body ?? 'small'

interface Address {
  method: string
  pattern: RegExp
  kind: BodyKind
}

/** The addresses of all procedures, made once: those with fewer parameters first, as they are found. */
let addresses: Address[] | undefined

function* procedures(node: object = router): Generator<AnyProcedure> {
  if ('~orpc' in node) yield node as AnyProcedure
  else for (const child of Object.values(node)) yield* procedures(child as object)
}

const parameter = /\{[^}]+\}/g

function readAddresses(): Address[] {
  return [...procedures()]
    .flatMap((procedure) => {
      const { method = 'POST', path } = procedure['~orpc'].route
      if (!path || method === 'GET') return []
      const pattern = new RegExp(`^/api/v1${path.replace(parameter, '[^/]+')}$`)
      return [{ method, pattern, kind: kindOf(procedure), parameters: path.match(parameter)?.length ?? 0 }]
    })
    .sort((a, b) => a.parameters - b.parameters)
}

/** What the procedure takes that a request to the REST API is for; little, where there is none. */
export function bodyKindOfRest(method: string, pathname: string): BodyKind {
  addresses ??= readAddresses()
  return addresses.find((address) => address.method === method && address.pattern.test(pathname))?.kind ?? 'small'
}

/** The same for the typed client, whose address is the procedure's place in the router. */
export function bodyKindOfRpc(pathname: string): BodyKind {
  let node: unknown = router
  for (const name of pathname.split('/').slice(3)) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, name)) return 'small'
    node = (node as Record<string, unknown>)[name]
  }
  return typeof node === 'object' && node !== null && '~orpc' in node ? kindOf(node as AnyProcedure) : 'small'
}

const readsItself = /^\/api\/(v1|rpc|hooks)(\/|$)|^\/apps\//
/** The portal's form, which works without scripts and brings files. */
const formWithFiles = /^\/submit\/?$/
const formBytes = 40 * 1024 * 1024

/**
 * What is wrong with the size of a form or a server action, before it is read: Next reads the whole before it knows what it is for.
 * A browser says how long a form is.
 * @returns the status to refuse with; null for what may be read, and for what looks itself
 */
export function refusalOfForm({ method, url = '', headers }: IncomingMessage): 411 | 413 | null {
  const pathname = url.split('?')[0] as string
  if (method === 'GET' || method === 'HEAD' || readsItself.test(pathname)) return null
  if (headers['transfer-encoding']) return 411
  const most = formWithFiles.test(pathname) ? formBytes : bodyKinds.small.bytes
  return Number(headers['content-length'] ?? 0) > most ? 413 : null
}
