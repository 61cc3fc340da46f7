'use client'

import { useTranslations } from 'next-intl'
import type { Channel, PresenceChannel } from 'pusher-js'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Avatar } from '@/components/ui/layout'
import type { Change } from '@/lib/realtime/schema'
import { useChanges } from './provider'

export interface Person {
  id: string
  name: string
}

export interface Company {
  /** Who else has it open. */
  others: Person[]
  /** Who of them is writing now. */
  writing: Person[]
  sayTyping: () => void
}

const typingEvent = 'client-typing'
/** How often a writer says so, and how long it is believed. */
const sayEveryMs = 2000
const believeMs = 4500

/** Who else has something open, by its presence channel, and what happens to it. */
export function useCompanyOn(name: string, since: number, onChange: (changes: Change[] | null) => unknown): Company {
  const opened = useChanges(name, { since }, onChange)
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
  return useMemo(() => ({ others, sayTyping, writing: others.filter(({ id }) => typing.has(id)) }), [others, typing, sayTyping])
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

/** Those who have it open as well. */
export function OthersHere({ others }: { others: Person[] }) {
  const t = useTranslations('ui.company')
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
