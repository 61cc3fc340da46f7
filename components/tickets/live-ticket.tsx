'use client'

import { useRouter } from 'next/navigation'
import { useFormatter, useTranslations } from 'next-intl'
import type { Channel, PresenceChannel } from 'pusher-js'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { useChanges } from '@/components/realtime/provider'
import { Avatar } from '@/components/ui/layout'
import { channels } from '@/lib/realtime/schema'

interface Person {
  id: string
  name: string
}

interface Company {
  /** Who else has the ticket open. */
  others: Person[]
  /** Who of them is writing a reply now. */
  replying: Person[]
  sayTyping: () => void
}

const Context = createContext<Company>({ others: [], replying: [], sayTyping: () => {} })
export const useCompany = () => useContext(Context)

const typingEvent = 'client-typing'
/** How often a writer says so, and how long it is believed. */
const sayEveryMs = 2000
const believeMs = 4500

/** Keeps a ticket's page true while others work on it, and shows who they are. */
export function LiveTicket({ ticketId, since, children }: { ticketId: string; since: number; children: ReactNode }) {
  const router = useRouter()
  const opened = useChanges(channels.ticket(ticketId), { since }, () => router.refresh())
  const [channel, setChannel] = useState<Channel | null>(null)
  useEffect(() => {
    let isOver = false
    void opened?.then((found) => !isOver && setChannel(found))
    return () => {
      isOver = true
    }
  }, [opened])
  const others = useMembers(channel)
  const { typing, sayTyping } = useTyping(channel)
  const value = useMemo(() => ({ others, sayTyping, replying: others.filter(({ id }) => typing.has(id)) }), [others, typing, sayTyping])
  return <Context value={value}>{children}</Context>
}

function useMembers(channel: Channel | null): Person[] {
  const [people, setPeople] = useState<Person[]>([])
  useEffect(() => {
    if (!channel) return setPeople([])
    const read = () => {
      const { members } = channel as PresenceChannel
      const found: Person[] = []
      members.each(({ id, info }: { id: string; info: { name?: string } | null }) => {
        if (id !== members.myID) found.push({ id, name: info?.name ?? '' })
      })
      setPeople(found)
    }
    const events = ['pusher:subscription_succeeded', 'pusher:member_added', 'pusher:member_removed']
    for (const event of events) channel.bind(event, read)
    if (channel.subscribed) read()
    return () => {
      for (const event of events) channel.unbind(event, read)
    }
  }, [channel])
  return people
}

function useTyping(channel: Channel | null) {
  const [typing, setTyping] = useState<Set<string>>(new Set())
  const saidAt = useRef(0)
  useEffect(() => {
    if (!channel) return
    const timers = new Map<string, ReturnType<typeof setTimeout>>()
    const change = (id: string, isTyping: boolean) =>
      setTyping((before) => {
        const after = new Set(before)
        if (isTyping) after.add(id)
        else after.delete(id)
        return after
      })
    const hear = (_: unknown, about?: { user_id?: string }) => {
      const id = about?.user_id
      if (!id) return
      clearTimeout(timers.get(id))
      timers.set(
        id,
        setTimeout(() => change(id, false), believeMs),
      )
      change(id, true)
    }
    channel.bind(typingEvent, hear)
    return () => {
      channel.unbind(typingEvent, hear)
      for (const timer of timers.values()) clearTimeout(timer)
    }
  }, [channel])
  const sayTyping = useMemo(
    () => () => {
      if (!channel?.subscribed || Date.now() - saidAt.current < sayEveryMs) return
      saidAt.current = Date.now()
      channel.trigger(typingEvent, {})
    },
    [channel],
  )
  return { typing, sayTyping }
}

/** The others who have the ticket open. */
export function Others() {
  const t = useTranslations('tickets.live')
  const { others } = useCompany()
  if (others.length === 0) return null
  const names = others.map(({ name }) => name).join(', ')
  return (
    <span role="status" className="flex items-center" title={t('alsoHere', { names })}>
      <span className="sr-only">{t('alsoHere', { names })}</span>
      {others.slice(0, 5).map(({ id, name }) => (
        <Avatar key={id} name={name} person={id} className="-ms-1.5 border-2 border-background first:ms-0" />
      ))}
      {others.length > 5 && <span className="ps-1 text-xs text-muted">+{others.length - 5}</span>}
    </span>
  )
}

/** Warns a writer that someone else is writing too. */
export function Replying() {
  const t = useTranslations('tickets.live')
  const format = useFormatter()
  const { replying } = useCompany()
  const names = replying.map(({ name }) => name)
  return (
    <p role="status" className="text-sm text-warning empty:hidden">
      {names.length > 0 && t('replying', { count: names.length, names: format.list(names) })}
    </p>
  )
}
