import type { Dispatch, SetStateAction } from 'react'
import type { MailboxOutput, MailboxProviders } from '@/lib/channels/email/mailboxes/schema'
import { type mailboxPresets, presets } from '@/lib/channels/email/mailboxes/values'

export const directions = ['incoming', 'outgoing'] as const
export type Direction = (typeof directions)[number]
export type Preset = (typeof mailboxPresets)[number]

export const serverFrom = (server: MailboxOutput['incoming'] | null, preset: Preset, direction: Direction) => {
  const known = presets[preset][direction]
  return {
    host: server?.host || known?.host || '',
    port: String(server?.port ?? known?.port ?? (direction === 'incoming' ? 993 : 465)),
    security: server?.host ? server.security : (known?.security ?? 'tls'),
    user: server?.user ?? '',
    password: '',
  }
}

export const ways = ['google', 'microsoft', 'password'] as const
export type Way = (typeof ways)[number]

const wayOf = (mailbox: MailboxOutput | undefined, providers: MailboxProviders): Way => {
  if (mailbox) return mailbox.provider === 'imap' ? 'password' : mailbox.provider
  return ways.find((way) => way !== 'password' && providers[way]) ?? 'password'
}

type Server = ReturnType<typeof serverFrom>
type Servers = Record<Direction, Server>

export const formOf = (mailbox: MailboxOutput | undefined, providers: MailboxProviders) => ({
  way: wayOf(mailbox, providers),
  access: mailbox?.access ?? ('imap' as const),
  address: mailbox?.address ?? '',
  preset: mailbox?.preset ?? ('gmail' as Preset),
  incoming: serverFrom(mailbox?.incoming ?? null, mailbox?.preset ?? 'gmail', 'incoming'),
  outgoing: serverFrom(mailbox?.outgoing ?? null, mailbox?.preset ?? 'gmail', 'outgoing'),
  isIncoming: mailbox?.isIncoming ?? true,
  isOutgoing: mailbox?.isOutgoing ?? true,
  name: mailbox?.name ?? '',
  senderName: mailbox?.senderName ?? '',
  departmentId: mailbox?.department?.id ?? '',
  folders: mailbox?.folders ?? ['INBOX'],
  daysBack: '0',
  isDefault: mailbox?.isDefault ?? false,
  marksSeen: mailbox?.marksSeen ?? false,
  /** The servers as they were left when another provider was chosen. */
  left: {} as Partial<Record<Preset, Servers>>,
})
export type Form = ReturnType<typeof formOf>

/** Another provider brings its servers, or those that were typed for it before; user names and passwords stay. */
export function withPreset(form: Form, preset: Preset): Form {
  const { incoming, outgoing } = form
  const left = { ...form.left, [form.preset]: { incoming, outgoing } }
  const serverOf = (direction: Direction) => {
    const { user, password } = form[direction]
    return { ...(left[preset]?.[direction] ?? serverFrom(null, preset, direction)), user, password }
  }
  return { ...form, preset, left, incoming: serverOf('incoming'), outgoing: serverOf('outgoing') }
}

export const isOn = (form: Pick<Form, 'isIncoming' | 'isOutgoing'>, direction: Direction) =>
  direction === 'incoming' ? form.isIncoming : form.isOutgoing

/** Whether a direction is as it is stored: nothing of it was edited. */
export const isStored = (form: Form, direction: Direction, mailbox: MailboxOutput | undefined): boolean =>
  mailbox !== undefined &&
  isOn(mailbox, direction) &&
  mailbox.address === form.address &&
  mailbox.preset === form.preset &&
  JSON.stringify(form[direction]) === JSON.stringify(serverFrom(mailbox[direction], mailbox.preset, direction))

/** Most providers have one password for both, so that of a new mailbox is entered once. */
const serverToTest = (form: Form, direction: Direction, mailbox: MailboxOutput | undefined): Server => {
  const isShared = direction === 'outgoing' && form.isIncoming && !mailbox
  return { ...form[direction], password: form[direction].password || (isShared ? form.incoming.password : '') }
}

/** Whether a direction has all that its test needs. */
export function isFilled(form: Form, direction: Direction, mailbox: MailboxOutput | undefined): boolean {
  if (form.way !== 'password' || isStored(form, direction, mailbox)) return true
  const { host, port, password } = serverToTest(form, direction, mailbox)
  return host.trim() !== '' && Number(port) > 0 && password !== ''
}

/** What the test of one direction is asked with. */
export function testOf(form: Form, direction: Direction, mailbox: MailboxOutput | undefined) {
  const server = serverTo(serverToTest(form, direction, mailbox))
  return {
    mailboxId: mailbox?.id,
    address: form.address,
    preset: form.preset,
    incoming: direction === 'incoming' ? server : null,
    outgoing: direction === 'outgoing' ? server : null,
  }
}

export const serverTo = ({ port, password, user, ...server }: Form['incoming']) => ({
  ...server,
  user,
  port: Number(port) || undefined,
  ...(password ? { password } : {}),
})

/** What each step of the form is given. */
export interface StepProps {
  form: Form
  setForm: Dispatch<SetStateAction<Form>>
  fields: Record<string, string[]>
}
