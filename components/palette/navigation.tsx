'use client'

import {
  AlarmClock,
  AtSign,
  Bookmark,
  BookOpen,
  CircleUser,
  Globe,
  Hand,
  Inbox,
  Layers,
  LogOut,
  MessageCircle,
  Settings,
  Timer,
  Users,
  UserX,
} from 'lucide-react'
import { useTranslations } from 'next-intl'
import { ViewCount } from '@/components/tickets/live-counts'
import { drawnByStyle } from '@/components/ui/icon'
import { Avatar } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { NavLink } from '@/components/ui/nav-link'
import { Palette } from './palette'

const views = [
  { view: 'mine', Icon: CircleUser },
  { view: 'unassigned', Icon: UserX },
  { view: 'open', Icon: Inbox },
  { view: 'breaching', Icon: AlarmClock },
  { view: 'unread', Icon: MessageCircle },
  { view: 'mentions', Icon: AtSign },
  { view: 'hold', Icon: Hand },
  { view: 'all', Icon: Layers },
] as const

const places = [
  { name: 'contacts', href: '/agent/contacts', Icon: Users },
  { name: 'kb', href: '/agent/kb', Icon: BookOpen },
  { name: 'sla', href: '/agent/sla', Icon: Timer },
  { name: 'settings', href: '/settings', Icon: Settings },
  { name: 'portal', href: '/', Icon: Globe },
] as const

export interface NavigationProps {
  saved: { id: string; name: string }[]
  person: { id: string; name: string; role: 'agent' | 'moderator' | 'admin' | 'owner' }
  signOut: () => Promise<void>
  /** Whether they write articles. */
  mayWrite: boolean
}

/** Where an agent can go; a phone has the bottom bar. It is drawn in the browser's part, so that a page carries names, not icons. */
export function Navigation({ saved, ...about }: NavigationProps) {
  const t = useTranslations('agent')
  return (
    <>
      <nav aria-label={t('views')} className="hidden min-h-0 flex-col gap-1 overflow-y-auto md:flex [&_svg]:size-4 [&_svg]:shrink-0">
        <ViewLinks saved={saved} />
      </nav>
      <nav aria-label={t('more')} className="mt-auto hidden flex-col gap-1 border-t pt-2 md:flex [&_svg]:size-4 [&_svg]:shrink-0">
        <PlaceLinks {...about} />
      </nav>
    </>
  )
}

/** The views of the inbox, each with its count. */
export function ViewLinks({ saved }: Pick<NavigationProps, 'saved'>) {
  const view = useTranslations('tickets.views')
  return (
    <>
      {views.map(({ view: name, Icon }) => (
        <NavLink key={name} href={`/agent?view=${name}`} className="shrink-0">
          <Icon {...drawnByStyle} />
          {view(name)}
          {name !== 'all' && <ViewCount view={name} />}
        </NavLink>
      ))}
      {saved.map(({ id, name }) => (
        <NavLink key={id} href={`/agent?view=${id}`} className="shrink-0">
          <Bookmark {...drawnByStyle} />
          <bdi className="truncate">{name}</bdi>
          <ViewCount view={id} />
        </NavLink>
      ))}
    </>
  )
}

export function PlaceLinks({ person, signOut, mayWrite }: Omit<NavigationProps, 'saved'>) {
  const t = useTranslations('agent')
  const role = useTranslations('common.role')
  return (
    <>
      {places
        .filter(({ name }) => mayWrite || name !== 'kb')
        .map(({ name, href, Icon }) => (
          <NavLink key={name} href={href} className="shrink-0">
            <Icon {...drawnByStyle} />
            {t(name)}
          </NavLink>
        ))}
      <form action={signOut} className="shrink-0">
        <button type="submit" className="nav-link w-full text-start">
          <LogOut aria-hidden {...drawnByStyle} />
          {t('signOut')}
        </button>
      </form>
      <Link href="/settings/account" className="flex items-center gap-2 rounded-md px-2 py-1.5 hover:bg-line/50">
        <Avatar name={person.name} person={person.id} />
        <span className="min-w-0">
          <span className="block truncate text-sm font-medium">{person.name}</span>
          <span className="block truncate text-xs text-muted">{role(person.role)}</span>
        </span>
      </Link>
    </>
  )
}

type PaletteProps = Pick<NavigationProps, 'saved' | 'mayWrite'> & { mayCreate: boolean; mayTake: boolean }

/** The commands, with the same places to go. */
export function WorkspacePalette({ saved, mayWrite, mayCreate, mayTake }: PaletteProps) {
  const t = useTranslations('agent')
  const view = useTranslations('tickets.views')
  return (
    <Palette
      mayCreate={mayCreate}
      mayTake={mayTake}
      places={[
        ...views.map(({ view: name }) => ({ name: view(name), href: `/agent?view=${name}` })),
        ...saved.map(({ id, name }) => ({ name, href: `/agent?view=${id}` })),
        { name: t('contacts'), href: '/agent/contacts' },
        { name: t('organisations'), href: '/agent/contacts?of=organisations' },
        ...(mayWrite ? [{ name: t('kb'), href: '/agent/kb' }] : []),
        { name: t('sla'), href: '/agent/sla' },
        { name: t('settings'), href: '/settings' },
        { name: t('portal'), href: '/' },
      ]}
    />
  )
}
