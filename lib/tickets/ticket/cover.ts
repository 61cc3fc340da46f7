import { type FieldFilter, type Filter, FilterError } from '../../core/filter'
import { isId } from '../../core/id'
import type { Attribute } from './attribute'
import { attributeAsked, isReference } from './attribute-names'
import { nobody, oneOf, rankedValues } from './attribute-question'
import { doneStatuses, openStatuses, statusAliases } from './workflow'

/**
 * Whether every ticket that meets one filter meets another, told from the filters alone. Only what is certain is said: what
 * can't be followed, such as words or times, is taken for something that may be so or not.
 */

/** Values that something may have: these, or all but these. */
interface Values {
  isExcept: boolean
  of: ReadonlySet<string>
}

type Claim =
  | { kind: 'all'; parts: Claim[] }
  | { kind: 'any'; parts: Claim[] }
  /** What a ticket has by this name is one of the values; each name stands for one value. */
  | { kind: 'is'; name: string; values: Values }

const only = (...values: string[]): Values => ({ isExcept: false, of: new Set(values) })
const except = (...values: string[]): Values => ({ isExcept: true, of: new Set(values) })
const never: Claim = { kind: 'any', parts: [] }
/** Something that is so or not. */
const yes = (name: string): Claim => ({ kind: 'is', name, values: only('yes') })

function meet(a: Values, b: Values): Values {
  if (!a.isExcept) return only(...[...a.of].filter((value) => b.of.has(value) !== b.isExcept))
  return b.isExcept ? except(...a.of, ...b.of) : meet(b, a)
}

function not(claim: Claim): Claim {
  if (claim.kind === 'is') return { ...claim, values: { ...claim.values, isExcept: !claim.values.isExcept } }
  return { kind: claim.kind === 'all' ? 'any' : 'all', parts: claim.parts.map(not) }
}

/** Who has no organisation has none; a ticket without requester has not even that. */
const absent = 'absent'
const noTag = 'tags:none'

function claimOf(filter: Filter): Claim {
  switch (filter.kind) {
    case 'all':
    case 'any':
      return { kind: filter.kind, parts: filter.parts.map(claimOf) }
    case 'not':
      return not(claimOf(filter.part))
    case 'field':
      return fieldClaim(filter)
    default:
      return yes(JSON.stringify({ ...filter, at: 0 }))
  }
}

function fieldClaim(leaf: FieldFilter): Claim {
  const [name, attribute] = attributeAsked(leaf.name) ?? [leaf.name, null]
  const opaque = (value: string) => yes(`${name} ${leaf.comparison} ${value}`)
  try {
    if (attribute?.kind === 'choice' && attribute.isOrdered)
      return { kind: 'is', name, values: only(...rankedValues(leaf, attribute.values, attribute.aliases)) }
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
  }
  if (leaf.comparison !== '=') return opaque(leaf.values.join())
  return { kind: 'any', parts: leaf.values.map((value) => attributeClaim(name, attribute, value, leaf) ?? opaque(value)) }
}

/** Null for what can't be followed. */
function attributeClaim(name: string, attribute: Attribute | null, value: string, leaf: FieldFilter): Claim | null {
  const is = (...values: string[]): Claim => ({ kind: 'is', name, values: only(...values) })
  if (!attribute) return null
  try {
    if (attribute.kind === 'choice') return is(value === nobody ? nobody : oneOf(leaf, value, attribute.values, attribute.aliases))
    if (attribute.kind === 'status') {
      if (value === 'open' || value === 'unsolved') return is(...openStatuses)
      if (value === 'done' || value === 'solved') return is(...doneStatuses)
      return is(oneOf(leaf, value, attribute.values, statusAliases))
    }
  } catch (error) {
    if (error instanceof FilterError) return null
    throw error
  }
  if (isReference(attribute)) {
    if (value === 'any') return { kind: 'is', name, values: except(nobody) }
    return value === nobody || isId(value) ? is(value) : null
  }
  switch (attribute.kind) {
    case 'requesterOrganisation':
      if (value === 'any') return { kind: 'is', name, values: except(nobody, absent) }
      return value === nobody || isId(value) ? is(value) : null
    case 'requesterTier':
      return is(value.toLowerCase())
    case 'tags':
      if (value === nobody) return yes(noTag)
      return value.includes('*') ? null : yes(`tag:${value.normalize('NFKC').toLowerCase()}`)
    default:
      return null
  }
}

/** All that something that every ticket has can be. */
function domainOf(name: string): Values {
  const attribute = attributeAsked(name)?.[1]
  const isTotal = attribute?.kind === 'status' || (attribute?.kind === 'choice' && attribute.isRequired)
  return isTotal ? only(...attribute.values) : except()
}

/** What is known of a ticket so far. */
type Known = ReadonlyMap<string, Values>

const isYes = (values: Values | undefined) => values !== undefined && !values.isExcept

function learn(known: Known, name: string, values: Values): Known | null {
  const met = meet(known.get(name) ?? domainOf(name), values)
  if (!met.isExcept && met.of.size === 0) return null
  const next = new Map(known).set(name, met)
  const isTagged = [...next].some(([other, its]) => other.startsWith('tag:') && isYes(its))
  return isTagged && isYes(next.get(noTag)) ? null : next
}

/** Steps after which the search is given up: then nothing is claimed. */
const mostSteps = 20_000
/** For what is asked often: of each two policies, and whenever a ticket changes. */
const fewSteps = 1000

/** Whether a ticket can meet all of the claims; true as well where that was not found out. */
function canMeet(claims: readonly Claim[], known: Known, steps: { left: number }): boolean {
  if (--steps.left < 0) return true
  // What leaves no choice first: it narrows what is left to try.
  const at = Math.max(
    0,
    claims.findIndex(({ kind }) => kind !== 'any'),
  )
  const claim = claims[at]
  if (!claim) return true
  const rest = claims.toSpliced(at, 1)
  if (claim.kind === 'all') return canMeet([...claim.parts, ...rest], known, steps)
  if (claim.kind === 'any') return claim.parts.some((part) => canMeet([part, ...rest], known, steps))
  const next = learn(known, claim.name, claim.values)
  return next !== null && canMeet(rest, next, steps)
}

/** Steps that are left for several searches together: filters can be made to need as many as there are. */
export interface Steps {
  left: number
}

function isContradiction(claims: readonly Claim[], all: Steps = { left: mostSteps }, most = mostSteps): boolean {
  const allowed = Math.min(most, all.left)
  const steps = { left: allowed }
  const isMet = canMeet(claims, new Map(), steps)
  all.left -= allowed - Math.max(0, steps.left)
  return !isMet
}

/** Whether no ticket can meet the filter: its conditions contradict each other. */
export const meetsNothing = (filter: Filter, steps?: Steps): boolean => isContradiction([claimOf(filter)], steps)

/** Whether every ticket that meets `filter` meets one of `others`. */
export const isCovered = (filter: Filter, others: readonly Filter[], steps?: Steps): boolean =>
  steps?.left !== 0 &&
  isContradiction([claimOf(filter), ...others.map((other) => not(claimOf(other)))], steps, others.length === 1 ? fewSteps : mostSteps)

/** Whether the filter lets every ticket through once nothing that it names is left. */
export function isAllWithout(filter: Filter, isNamed: (leaf: FieldFilter, value: string) => boolean): boolean {
  const without = (part: Filter): Claim => {
    if (part.kind === 'all' || part.kind === 'any') return { kind: part.kind, parts: part.parts.map(without) }
    if (part.kind === 'not') return not(without(part.part))
    if (part.kind !== 'field') return claimOf(part)
    const values = part.values.filter((value) => !isNamed(part, value))
    return values.length === 0 ? never : fieldClaim({ ...part, values })
  }
  return isContradiction([not(without(filter))], undefined, fewSteps)
}

/**
 * Which of the filters before it leave nothing for `filter`: one that covers it alone, else the fewest found that do together.
 * Null where tickets may be left.
 * @param steps for comparing with one, and with several
 */
export function coveredBy<T extends { filter: Filter }>(
  filter: Filter,
  before: readonly T[],
  steps?: { one: Steps; several: Steps },
): T[] | null {
  const one = before.find((other) => isCovered(filter, [other.filter], steps?.one))
  if (one) return [one]
  const filters = (some: readonly T[]) => some.map((other) => other.filter)
  if (before.length < 2 || !isCovered(filter, filters(before), steps?.several)) return null
  return before.reduceRight<T[]>(
    (needed, other) => {
      const fewer = needed.filter((each) => each !== other)
      return isCovered(filter, filters(fewer), steps?.several) ? fewer : needed
    },
    [...before],
  )
}
