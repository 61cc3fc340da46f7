'use client'

import { useTranslations } from 'next-intl'
import { Dialog } from '@/components/ui/dialog'
import { ticketKeys } from './ticket-keys'

const help = [
  {
    title: 'groups.anywhere',
    keys: [
      { key: 'Ctrl K', name: 'anywhere.commands' }, // not-words: keys
      { key: 'c', name: 'anywhere.newTicket' },
      { key: 'g n', name: 'anywhere.takeNext' },
      { key: 'g i', name: 'anywhere.inbox' },
      { key: 'g c', name: 'anywhere.contacts' },
      { key: 'g k', name: 'anywhere.kb' },
      { key: 'g s', name: 'anywhere.settings' },
      { key: '?', name: 'anywhere.help' },
    ],
  },
  {
    title: 'groups.list',
    keys: [
      { key: 'j k', name: 'list.move' },
      { key: 'Enter', name: 'list.open' },
      { key: 'x', name: 'list.select' },
      { key: 'a i s p t h e m M', name: 'list.change' },
      { key: '/', name: 'list.search' },
      { key: 'f', name: 'list.filter' },
      { key: 'Esc', name: 'list.clear' },
    ],
  },
  {
    title: 'groups.ticket',
    keys: [...ticketKeys, { key: 'j k', name: 'ticket.move' }, { key: 'Esc', name: 'ticket.back' }],
  },
  {
    title: 'groups.writing',
    keys: [
      { key: 'Ctrl Enter', name: 'writing.send' }, // not-words: keys
      { key: 'Ctrl Shift Enter', name: 'writing.sendAndResolve' }, // not-words: keys
      { key: '/', name: 'writing.canned' },
      { key: '@', name: 'writing.mention' },
      { key: 'Esc', name: 'writing.leave' },
    ],
  },
] as const

/** What keys do. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  const t = useTranslations('palette')
  return (
    <Dialog title={t('keys')} isOpen onOpenChange={onClose}>
      <div className="grid gap-5 sm:grid-cols-2">
        {help.map(({ title, keys }) => (
          <section key={title}>
            <h3 className="mb-1.5 text-sm font-semibold">{t(title)}</h3>
            <dl className="grid grid-cols-[5.5rem_1fr] gap-y-1 text-sm">
              {keys.map(({ key, name }) => (
                <div key={key + name} className="contents">
                  <dt>
                    <kbd className="rounded border px-1.5 py-0.5 text-xs">{key}</kbd>
                  </dt>
                  <dd className="text-muted">{t(name)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
