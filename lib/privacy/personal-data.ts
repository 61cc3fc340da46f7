import { accountData } from '../accounts/personal-data'
import { emailData } from '../channels/email/personal-data'
import { contactData } from '../contacts/personal-data'
import { correspondenceData } from '../correspondence/personal-data'
import type { DataSubject, Erasure, ErasureWork, ModelKey, PersonalData, PersonalDataWork, Purge, TableData } from '../db/personal-data'
import { deletionData } from '../deletion/personal-data'
import { directoryData } from '../directory/personal-data'
import { eventData } from '../events/personal-data'
import { fileData } from '../files/personal-data'
import { kbData } from '../kb/articles/personal-data'
import { kbReaderData } from '../kb/readers/personal-data'
import { kbSearchData } from '../kb/search/personal-data'
import { mailData } from '../mail/personal-data'
import { notificationData } from '../notifications/personal-data'
import { procedureData } from '../procedure/personal-data'
import { realtimeData } from '../realtime/personal-data'
import { searchData } from '../search/personal-data'
import { slaData } from '../sla/personal-data'
import { actionData } from '../tickets/actions/personal-data'
import { cannedData } from '../tickets/canned/personal-data'
import { conversationData } from '../tickets/conversation/personal-data'
import { fieldData } from '../tickets/fields/personal-data'
import { linkData } from '../tickets/links/personal-data'
import { ticketData } from '../tickets/ticket/personal-data'
import { viewData } from '../tickets/views/personal-data'
import { workspaceData } from '../workspace/personal-data'

/** In the order in which it goes: search reads the words before they are gone, and what refers to others goes before them. */
export const personalData: readonly PersonalData[] = [
  kbData,
  kbReaderData,
  kbSearchData,
  searchData,
  notificationData,
  emailData,
  mailData,
  fileData,
  slaData,
  cannedData,
  correspondenceData,
  actionData,
  viewData,
  linkData,
  conversationData,
  ticketData,
  fieldData,
  deletionData,
  directoryData,
  accountData,
  contactData,
  workspaceData,
  procedureData,
  realtimeData,
  eventData,
]

const tables = personalData.flatMap((domain) => Object.entries(domain.tables) as [ModelKey, TableData<ModelKey>][])

interface Delegate {
  updateMany(args: { where: object; data: object }): Promise<unknown>
  deleteMany(args: { where: object }): Promise<unknown>
}

/** The compiler checked each declaration against its own model. */
const delegateOf = ({ tx }: PersonalDataWork, model: ModelKey) => tx[model] as unknown as Delegate

type Step = Extract<Erasure<ModelKey>, { step: unknown }>['step']

/** What takes many steps, which need not be of one unit of work. */
export const longErasures: readonly Step[] = tables.flatMap(([, { erase: rules = [] }]) =>
  rules.flatMap((rule) => ('step' in rule ? [rule.step] : [])),
)

/** All but what takes many steps. */
export async function erase(work: ErasureWork, who: DataSubject) {
  for (const [model, { erase: rules = [] }] of tables) for (const rule of rules) await eraseRows(work, model, rule, who)
}

async function eraseRows(work: ErasureWork, model: ModelKey, rule: Erasure<ModelKey>, who: DataSubject) {
  if ('step' in rule) return
  if ('by' in rule) return rule.by(work, who)
  const where = { tenantId: work.tenantId, AND: rule.rows(who) }
  if ('deletes' in rule) return delegateOf(work, model).deleteMany({ where })
  return delegateOf(work, model).updateMany({ where, data: typeof rule.set === 'function' ? rule.set(work) : rule.set })
}

/** Tickets and all that goes with them; what happened stays in the audit trail. */
export async function purgeTickets(work: PersonalDataWork, ticketIds: string[]) {
  for (const [model, { purge: rules = [] }] of tables) for (const rule of rules) await purgeRows(work, model, rule, ticketIds)
}

async function purgeRows(work: PersonalDataWork, model: ModelKey, rule: Purge<ModelKey>, ticketIds: string[]) {
  if ('by' in rule) return rule.by(work, ticketIds)
  const where = { tenantId: work.tenantId, AND: rule.rows(ticketIds) }
  return rule.set ? delegateOf(work, model).updateMany({ where, data: rule.set }) : delegateOf(work, model).deleteMany({ where })
}

export async function exportContact(work: PersonalDataWork, who: DataSubject): Promise<Record<string, unknown>> {
  const parts: Record<string, unknown>[] = []
  for (const domain of personalData) parts.push((await domain.exportContact?.(work, who)) ?? {})
  return Object.assign({}, ...parts)
}

export async function exportTickets(work: PersonalDataWork, who: DataSubject): Promise<Record<string, unknown>[]> {
  const parts: Map<string, Record<string, unknown>>[] = []
  for (const domain of personalData) if (domain.exportTickets) parts.push(await domain.exportTickets(work, who))
  return who.ticketIds.map((id) => Object.assign({}, ...parts.map((part) => part.get(id) ?? {})))
}
