'use client'

import { useTranslations } from 'next-intl'
import { filterHelp } from '@/lib/tickets/ticket/attribute-names'

/** What the filter language can be asked. */
export function FilterHelp({ onUse }: { onUse: (example: string) => void }) {
  const t = useTranslations('tickets')
  return (
    <>
      <p className="mb-2">{t.rich('search.says', { code: (chunks) => <code>{chunks}</code>, quoted: t('search.quoted') })}</p>
      <ul className="grid gap-1">
        {filterHelp.map(({ name, key, says, example, values }) => (
          <li key={name}>
            <button
              type="button"
              onClick={() => onUse(example)}
              className="grid w-full grid-cols-[9.5rem_1fr] gap-2 rounded px-1 py-1 text-start hover:bg-surface"
            >
              <code className="truncate text-link">{example}</code>
              <span className="text-muted">
                {t(`filterHelp.${says}`, { label: key ? t(`attributes.${key}`) : '', values: values.join(', ') })}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
