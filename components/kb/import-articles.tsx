'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useEffectEvent, useState } from 'react'
import { DropZone } from '@/components/files/drop-zone'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { Field } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { Link } from '@/components/ui/link'
import { ScrollTable } from '@/components/ui/scroll-table'
import { useAction } from '@/components/ui/use-action'
import { type ImportOutcome, importKinds, importOutcomes } from '@/lib/kb/import/values'
import { api } from '@/lib/wiring/client'

type Import = Awaited<ReturnType<typeof api.kb.import>>
type ImportFile = Awaited<ReturnType<typeof api.kb.importFiles>>['items'][number]

const askEveryMs = 1000
const isUnderWay = ({ status }: Import) => status === 'reading' || status === 'running'

/** Uploads files of articles; what becomes of them is shown on a page of its own. */
export function UploadArticles() {
  const t = useTranslations('kb.import')
  const router = useRouter()
  const [kind, setKind] = useState('')
  const [name, setName] = useState<string | null>(null)
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<string | null>(null)
  async function send(file: File | undefined) {
    if (!file) return
    setName(file.name)
    setError(null)
    setPending(true)
    const form = new FormData()
    form.append('file', file, file.name)
    if (kind) form.append('kind', kind)
    try {
      const answer = await fetch('/api/v1/kb/imports', { method: 'POST', body: form })
      const said = await answer.json()
      if (answer.status === 202) return router.push(`/agent/kb/import/${said.id}`)
      setError((Object.values((said.fields ?? {}) as Record<string, string[]>)[0]?.[0] ?? said.detail ?? t('notSent')) as string)
    } catch {
      setError(t('notSent'))
    }
    setPending(false)
  }
  return (
    <div className="grid gap-4">
      <FormError>{error}</FormError>
      <Field label={t('kind')}>
        {(control) => (
          <ChoiceField
            {...control}
            label={t('kind')}
            className="max-w-80"
            value={kind}
            options={[{ value: '', name: t('kinds.any') }, ...importKinds.map((each) => ({ value: each, name: t(`kinds.${each}`) }))]}
            onChange={setKind}
          />
        )}
      </Field>
      <DropZone
        id="kb-import-file"
        aria-label={t('file')}
        says={isPending ? t('sending', { name: name ?? '' }) : t('drop')}
        accept=".zip,.md,.markdown,.html,.htm,.json,.csv,.tsv"
        multiple={false}
        disabled={isPending}
        onFiles={([file]) => void send(file)}
      />
    </div>
  )
}

/** How far an import is, what would become of its files, and the buttons that start it or give it up. */
export function ImportProgress({ given }: { given: Import }) {
  const t = useTranslations('kb.import')
  const [now, setNow] = useState(given)
  const start = useAction(api.kb.startImport, { onDone: setNow })
  const discard = useAction(api.kb.discardImport, { onDone: setNow })
  const isBusy = isUnderWay(now)
  const ask = useEffectEvent(async () => setNow(await api.kb.import({ id: now.id }).catch(() => now)))
  useEffect(() => {
    if (!isBusy) return
    const timer = setInterval(() => void ask(), askEveryMs)
    return () => clearInterval(timer)
  }, [isBusy])
  const writes = now.counts.create + now.counts.update
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <div role="status" className="grid gap-2">
        <p>{t(`status.${now.status}`, { ...now.counts, total: now.total, done: now.done })}</p>
        {now.error && <FormError>{now.error}</FormError>}
        {isBusy && (
          <progress
            aria-label={t('progress')}
            {...(now.total > 0 ? { value: now.done, max: now.total } : {})}
            className="h-2 w-full max-w-md accent-[var(--accent)]"
          />
        )}
      </div>
      <div className="flex flex-wrap gap-2 empty:hidden">
        {now.status === 'planned' && (
          <Button variant="primary" isPending={start.isPending} disabled={writes === 0} onClick={() => void start.run({ id: now.id })}>
            {t('start', { count: writes })}
          </Button>
        )}
        {(isBusy || now.status === 'planned') && (
          <Button isPending={discard.isPending} onClick={() => void discard.run({ id: now.id })}>
            {t('discard')}
          </Button>
        )}
      </div>
      {!isBusy && now.total > 0 && <Report key={now.status} of={now} />}
    </div>
  )
}

/** The files of an import, those that failed first where there are any. */
function Report({ of: { id, counts, status } }: { of: Import }) {
  const t = useTranslations('kb.import')
  const [outcome, setOutcome] = useState<ImportOutcome | ''>(counts.fail > 0 ? 'fail' : '')
  const [files, setFiles] = useState<ImportFile[] | null>(null)
  const [next, setNext] = useState<number | null>(null)
  const isDone = status === 'done'
  async function load(wanted: ImportOutcome | '', after?: number) {
    const page = await api.kb.importFiles({ id, ...(wanted ? { outcome: wanted } : {}), ...(after === undefined ? {} : { after }) })
    setFiles((before) => (after === undefined ? page.items : [...(before ?? []), ...page.items]))
    setNext(page.nextAfter)
  }
  const begin = useEffectEvent(() => void load(outcome))
  useEffect(() => begin(), [])
  function choose(wanted: string) {
    setOutcome(wanted as ImportOutcome | '')
    void load(wanted as ImportOutcome | '')
  }
  const nameOf = (each: ImportOutcome) => t(isDone ? `done.${each}` : `planned.${each}`)
  return (
    <>
      <Field label={t('show')}>
        {(control) => (
          <ChoiceField
            {...control}
            label={t('show')}
            className="max-w-80"
            value={outcome}
            options={[
              { value: '', name: t('all') },
              ...importOutcomes.map((each) => ({ value: each, name: t('counted', { name: nameOf(each), count: counts[each] }) })),
            ]}
            onChange={choose}
          />
        )}
      </Field>
      {files && files.length === 0 && <p className="text-sm text-muted">{t('noFiles')}</p>}
      {files && files.length > 0 && (
        <ScrollTable label={t('files')}>
          <table className="w-full text-sm">
            <thead>
              <tr className="border-b">
                <th className="p-2 text-start font-medium text-muted">{t('path')}</th>
                <th className="p-2 text-start font-medium text-muted">{t('outcome')}</th>
                <th className="p-2 text-start font-medium text-muted">{t('notes')}</th>
              </tr>
            </thead>
            <tbody>
              {files.map((file) => (
                <tr key={file.n} className={file.outcome === 'fail' ? 'border-b bg-danger/10' : 'border-b'}>
                  <td className="min-w-48 p-2">
                    <bdi className="wrap-anywhere">{file.path}</bdi>
                    {file.article && (
                      <Link href={`/agent/kb/${file.article.id}`} className="block text-xs text-link">
                        <bdi>{file.article.title}</bdi>
                      </Link>
                    )}
                  </td>
                  <td className="p-2">{nameOf(file.outcome)}</td>
                  <td className="min-w-56 p-2">
                    {file.error && <span dir="auto">{file.field ? t('wrong', { field: file.field, error: file.error }) : file.error}</span>}
                    {file.leftOut.length > 0 && (
                      <span className="block text-xs wrap-anywhere text-muted">{t('leftOut', { what: file.leftOut.join(', ') })}</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollTable>
      )}
      {next !== null && (
        <Button size="small" className="justify-self-start" onClick={() => void load(outcome, next)}>
          {t('more')}
        </Button>
      )}
    </>
  )
}
