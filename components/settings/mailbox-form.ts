import type { Dispatch, SetStateAction } from 'react'
import { type MailboxOutput, type MailboxProviders, type mailboxPresets, presets } from '@/lib/channels/email/mailboxes/schema'

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
})
export type Form = ReturnType<typeof formOf>

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
