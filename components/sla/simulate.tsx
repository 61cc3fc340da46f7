'use client'

import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { Field } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { useAction } from '@/components/ui/use-action'
import type { SimulateOutput } from '@/lib/sla/schema'
import { api } from '@/lib/wiring/client'
import { SimulationResult } from './simulation-result'

/** What would be different: as `POST /sla/simulate` takes it. */
export type Draft = Pick<Parameters<typeof api.sla.simulate>[0], 'policy' | 'calendar'>

type Result = Pick<SimulateOutput, 'groups' | 'changed'> & { done: number; total: number }

/** Replays past tickets with what stands above, before anybody is bound by it. */
export function Simulate({ draft }: { draft: Draft | null }) {
  const t = useTranslations('slaSettings.simulation')
  const [days, setDays] = useState('90')
  const [result, setResult] = useState<Result | null>(null)
  const isStopped = useRef(false)
  const { run, error, isPending } = useAction(
    async (asked: Draft) => {
      isStopped.current = false
      setResult(null)
      const found: Result = { done: 0, total: 0, groups: [], changed: [] }
      let cursor: string | undefined
      do {
        const page = await api.sla.simulate({ ...asked, days: Number(days), cursor })
        found.done += page.done
        found.total = page.total ?? found.total
        found.groups.push(...page.groups)
        found.changed.push(...page.changed)
        setResult({ ...found })
        cursor = page.nextCursor ?? undefined
      } while (cursor && !isStopped.current)
    },
    { isForm: true, onDone: () => false },
  )
  return (
    <section aria-labelledby="simulate" className="grid grid-cols-[minmax(0,1fr)] gap-4 rounded-lg border bg-raised p-4 sm:p-5">
      <div>
        <h2 id="simulate" className="font-semibold">
          {t('title')}
        </h2>
        <p className="text-sm text-muted">{t('says')}</p>
      </div>
      <div className="flex flex-wrap items-end gap-3">
        <Field label={t('period')}>
          {(control) => (
            <ChoiceField
              {...control}
              label={t('period')}
              className="w-40"
              value={days}
              options={[7, 30, 90, 365].map((each) => ({ value: String(each), name: t('lastDays', { days: each }) }))}
              onChange={setDays}
            />
          )}
        </Field>
        <Button disabled={!draft} isPending={isPending} onClick={() => draft && run(draft)}>
          {t('run')}
        </Button>
        {isPending && (
          <Button
            variant="ghost"
            onClick={() => {
              isStopped.current = true
            }}
          >
            {t('stop')}
          </Button>
        )}
      </div>
      <FormError>{error?.message}</FormError>
      {result && (
        <div className="grid gap-1 text-sm text-muted">
          {isPending && (
            <progress
              className="h-1.5 w-full accent-[var(--accent)]"
              aria-label={t('progress')}
              value={result.done}
              max={Math.max(1, result.total)}
            />
          )}
          <span role="status">{t('done', { done: result.done, total: result.total })}</span>
        </div>
      )}
      {result && <SimulationResult groups={result.groups} changed={result.changed} />}
    </section>
  )
}
