import { useQuery } from '@tanstack/react-query'
import { UserPlus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { EmailInput, Field, Input, SearchInput } from '@/components/ui/field'
import { Avatar } from '@/components/ui/layout'
import { shownAddress } from '@/lib/core/mail-address'
import { api } from '@/lib/wiring/client'
import type { Requester } from './draft'

interface Props {
  value: Requester | null
  onChange: (requester: Requester | null) => void
  /** Whether the reader sees contacts; else a requester is named by their address. */
  mayFind: boolean
  errors: Record<string, string[]>
}

/** Who a ticket is for: found among the contacts as one types, or made in place. */
export function RequesterField({ value, onChange, mayFind, errors }: Props) {
  const t = useTranslations('tickets.new')
  if (value?.kind === 'known')
    return <Chosen requester={value} onClear={() => onChange(null)} problem={(errors.requesterId ?? errors.requester)?.join(' ')} />
  if (value?.kind === 'new' || !mayFind) {
    const typed = value ?? { kind: 'new', name: '', email: '' }
    return (
      <div className="grid gap-2">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('name')} errors={errors['requester.name']}>
            {(control) => (
              <Input
                {...control}
                dir="auto"
                autoFocus
                value={typed.name}
                onChange={({ target }) => onChange({ ...typed, name: target.value })}
              />
            )}
          </Field>
          <Field label={t('email')} errors={errors['requester.email'] ?? errors.requester}>
            {(control) => (
              <EmailInput {...control} value={typed.email} onChange={({ target }) => onChange({ ...typed, email: target.value })} />
            )}
          </Field>
        </div>
        {mayFind && (
          <p className="flex flex-wrap items-center gap-x-2 text-sm text-muted">
            {t('createsContact')}
            <button type="button" onClick={() => onChange(null)} className="text-link underline">
              {t('findContact')}
            </button>
          </p>
        )}
      </div>
    )
  }
  return <Find onChange={onChange} problem={errors.requester?.join(' ')} />
}

function Chosen({ requester, onClear, problem }: { requester: Requester & { kind: 'known' }; onClear: () => void; problem?: string }) {
  const t = useTranslations('tickets')
  const { name, email, organisation } = requester
  return (
    <div className="grid gap-1.5">
      <span className="text-sm font-medium">{t('attributes.requester')}</span>
      <p className="flex min-h-9 items-center gap-2 rounded-md border px-2.5 text-sm">
        <Avatar name={name} className="size-6 text-[10px]" />
        <span className="min-w-0 flex-1 truncate">
          <bdi>{name}</bdi>{' '}
          <span className="text-muted">
            {email && <bdi>{shownAddress(email)}</bdi>}
            {organisation && (
              <>
                {email && ' · '}
                <bdi>{organisation}</bdi>
              </>
            )}
          </span>
        </span>
        <button type="button" aria-label={t('new.changeRequester')} onClick={onClear} className="rounded p-1 hover:bg-surface">
          <X aria-hidden className="size-4" />
        </button>
      </p>
      {problem && <p className="text-sm text-danger">{problem}</p>}
    </div>
  )
}

const most = 6

function Find({ onChange, problem }: { onChange: (requester: Requester) => void; problem?: string }) {
  const t = useTranslations('tickets')
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const id = useId()
  const q = useDeferredValue(typed.trim())
  const { data } = useQuery({
    queryKey: ['contacts', 'find', q],
    queryFn: () => api.contacts.list({ q, limit: most }),
    enabled: q.length > 0,
    placeholderData: (before) => before,
    staleTime: 30_000,
    retry: false,
  })
  const found = q ? (data?.items ?? []) : []
  const wanted = typed.trim()
  const isAddress = wanted.includes('@')
  const options = [
    ...found.map((contact) => ({
      key: contact.id,
      name: contact.name,
      says: [contact.emails[0] ? shownAddress(contact.emails[0]) : null, contact.organisation?.name ?? null].filter(Boolean).join(' · '),
      requester: {
        kind: 'known' as const,
        id: contact.id,
        name: contact.name,
        email: contact.emails[0] ?? null,
        organisation: contact.organisation?.name ?? null,
      },
    })),
    ...(wanted
      ? [
          {
            key: 'new',
            name: t('new.createNamed', { name: wanted }),
            says: '',
            requester: { kind: 'new' as const, name: isAddress ? '' : wanted, email: isAddress ? wanted : '' },
          },
        ]
      : []),
  ]
  function onKeyDown(event: KeyboardEvent) {
    const option = options[at]
    if (event.key === 'ArrowDown') setAt(Math.min(at + 1, options.length - 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0))
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      if (option) onChange(option.requester)
    } else return
    event.preventDefault()
  }
  return (
    <div className="relative grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {t('attributes.requester')}
      </label>
      <SearchInput
        id={id}
        type="text"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={options.length > 0}
        aria-controls={options.length > 0 ? `${id}-list` : undefined}
        aria-activedescendant={options[at] && `${id}-${at}`}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? `${id}-error` : undefined}
        autoComplete="off"
        autoFocus
        maxLength={200}
        value={typed}
        placeholder={t('new.requesterHint')}
        onChange={(event) => {
          setTyped(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
        className="h-9"
      />
      {problem && (
        <p id={`${id}-error`} className="text-sm text-danger">
          {problem}
        </p>
      )}
      {options.length > 0 && (
        <div
          id={`${id}-list`}
          role="listbox"
          aria-label={t('attributes.requester')}
          className="absolute inset-x-0 top-full z-10 mt-1 max-h-64 overflow-y-auto rounded-md border bg-raised p-1 text-sm shadow-md"
        >
          {options.map(({ key, name, says, requester }, place) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and the keys
            // biome-ignore lint/a11y/useFocusableInteractive: it is pointed at by aria-activedescendant
            <div
              key={key}
              id={`${id}-${place}`}
              role="option"
              aria-selected={place === at}
              onPointerDown={(event) => event.preventDefault()}
              onPointerMove={() => setAt(place)}
              onClick={() => onChange(requester)}
              className={cn('flex cursor-pointer items-center gap-2 rounded px-2 py-1.5', place === at && 'bg-line/60')}
            >
              {requester.kind === 'new' ? (
                <UserPlus aria-hidden className="size-5 shrink-0 p-0.5 text-muted" />
              ) : (
                <Avatar name={name} className="size-5 text-[9px]" />
              )}
              <span className="min-w-0 flex-1">
                <bdi className="block truncate">{name}</bdi>
                {says && <bdi className="block truncate text-xs text-muted">{says}</bdi>}
              </span>
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
