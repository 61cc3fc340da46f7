'use client'

import { Download } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { DropZone } from '@/components/files/drop-zone'
import { Button } from '@/components/ui/button'
import { Choice } from '@/components/ui/choice'
import { ChoiceField } from '@/components/ui/choice-field'
import { Field } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { Link } from '@/components/ui/link'
import { save } from '@/components/ui/save'
import { ScrollTable } from '@/components/ui/scroll-table'
import { useAction } from '@/components/ui/use-action'
import type { ImportMapping, ImportOutput } from '@/lib/contacts/schema'
import { type ImportTarget, importTargets, maxImportRows } from '@/lib/contacts/values'
import { csvOf } from '@/lib/core/csv'
import { decodeText } from '@/lib/core/decode-text'
import { api } from '@/lib/wiring/client'

type Preview = Awaited<ReturnType<typeof api.contacts.previewImport>>

const askEveryMs = 700

/** Every field once, as `guessMapping` knows it. */
// not-words: what stands in a file
const sample = `Name,Email,Phone,Organisation,Tier,Tags,Notes
Amina Haddad,amina@example.com,+254 700 000000,Example Ltd,premium,"vip, newsletter",Prefers email
Tomás Silva,tomas@example.com; t.silva@example.com,,Example Ltd,standard,,
`

/** A table in three steps: choose, look at what would come, bring it. */
export function ImportContacts() {
  const t = useTranslations('contacts.import')
  const [csv, setCsv] = useState('')
  const [fileName, setFileName] = useState<string | null>(null)
  const [preview, setPreview] = useState<Preview | null>(null)
  const [onKnown, setOnKnown] = useState<'skip' | 'update'>('skip')
  const [progress, setProgress] = useState<ImportOutput | null>(null)
  const look = useAction(api.contacts.previewImport, { isForm: true, onDone: setPreview })
  const start = useAction(api.contacts.import, { isForm: true, onDone: (begun) => void follow(begun) })

  async function choose(file: File | undefined) {
    if (!file) return
    setFileName(file.name)
    const text = decodeText(new Uint8Array(await file.arrayBuffer()))
    setCsv(text)
    setPreview(null)
    await look.run({ csv: text, onKnown })
  }
  function map(column: string, target: string) {
    if (!preview) return
    const mapping: ImportMapping = { ...preview.mapping }
    if (target) mapping[column] = target as ImportTarget
    else delete mapping[column]
    setPreview({ ...preview, mapping })
    void look.run({ csv, mapping, onKnown })
  }
  function decide(known: 'skip' | 'update') {
    setOnKnown(known)
    if (preview) void look.run({ csv, mapping: preview.mapping, onKnown: known })
  }
  async function follow(begun: ImportOutput) {
    let now = begun
    while (now.status === 'running') {
      setProgress(now)
      await new Promise((resolve) => setTimeout(resolve, askEveryMs))
      now = await api.contacts.readImport({ id: begun.id }).catch(() => now) // asked again in a moment
    }
    setProgress(now)
  }

  if (progress) return <Progress of={progress} />
  const errors = look.error ?? start.error
  return (
    <>
      <FormError>{errors?.message}</FormError>
      <div className="grid gap-1.5">
        <DropZone
          id="contacts-file"
          aria-label={t('file')}
          says={fileName ?? t('drop', { maximum: maxImportRows })}
          accept=".csv,.tsv,.txt,text/csv"
          multiple={false}
          onFiles={([file]) => void choose(file)}
        />
        <Button size="small" variant="ghost" className="justify-self-start" onClick={() => save('contacts.csv', 'text/csv', sample)}>
          <Download aria-hidden /> {t('sample')}
        </Button>
      </div>
      {preview && (
        <>
          <ScrollTable label={t('preview')}>
            <table className="w-full text-sm">
              <thead>
                <tr className="border-b">
                  <th className="p-2 font-medium text-muted">{t('line')}</th>
                  <th className="min-w-36 p-2 font-medium text-muted">{t('action')}</th>
                  {preview.columns.map((column) => (
                    <th key={column} className="min-w-44 p-2">
                      <span className="mb-1 block truncate">{column}</span>
                      <Choice
                        label={t('columnIs', { column })}
                        value={preview.mapping[column] ?? ''}
                        options={[
                          { value: '', name: t('ignore') },
                          ...importTargets.map((target) => ({ value: target, name: t(`targets.${target}`) })),
                        ]}
                        onChoose={(target) => map(column, target)}
                      />
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {preview.rows.map(({ line, cells, action, contact, problem }) => (
                  <tr key={line} className={problem ? 'bg-danger/10' : ''}>
                    <td className="p-2 text-muted tabular-nums">{line}</td>
                    <td className="p-2">
                      {t(`actions.${action}`)}
                      {(contact || problem) && (
                        <span dir="auto" className="block max-w-72 text-xs text-muted">
                          {problem ?? (contact && t('matched', contact))}
                        </span>
                      )}
                    </td>
                    {preview.columns.map((column, n) => (
                      <td key={column} dir="auto" className="max-w-52 truncate p-2">
                        {cells[n]}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollTable>
          <p className="text-sm">
            {t('summary', { total: preview.total, ...preview.counts })}{' '}
            {preview.total > preview.rows.length && t('firstRows', { count: preview.rows.length })}
          </p>
          {preview.problems.length > 0 && <Problems problems={preview.problems} />}
          <Field label={t('known')}>
            {(control) => (
              <ChoiceField
                {...control}
                label={t('known')}
                className="max-w-80"
                value={onKnown}
                options={(['skip', 'update'] as const).map((each) => ({ value: each, name: t(`onKnown.${each}`) }))}
                onChange={(each) => decide(each as 'skip' | 'update')}
              />
            )}
          </Field>
          <Button
            variant="primary"
            className="justify-self-start"
            isPending={start.isPending}
            disabled={preview.counts.create + preview.counts.update === 0}
            onClick={() => void start.run({ csv, mapping: preview.mapping, onKnown })}
          >
            {t('start', { count: preview.counts.create + preview.counts.update })}
          </Button>
        </>
      )}
    </>
  )
}

function Progress({ of: { status, total, created, updated, skipped, problems } }: { of: ImportOutput }) {
  const t = useTranslations('contacts.import')
  const counts = { created, updated, skipped, failed: problems.length }
  const made = created + updated + skipped + problems.length
  return (
    <div role="status" className="grid gap-3">
      <progress aria-label={t('progress')} value={made} max={total} className="h-2 w-full max-w-md accent-[var(--accent)]" />
      <p>{t(status === 'running' ? 'running' : problems.length > 0 ? 'doneNot' : 'done', counts)}</p>
      {status === 'done' && problems.length > 0 && <Problems problems={problems} />}
      {status === 'done' && (
        <Link href="/agent/contacts" className="text-link">
          {t('contacts')}
        </Link>
      )}
    </div>
  )
}

function Problems({ problems }: { problems: { line: number; error: string }[] }) {
  const t = useTranslations('contacts.import')
  return (
    <details className="text-sm">
      <summary className="cursor-pointer">{t('problems')}</summary>
      <ul className="my-2 grid gap-1">
        {problems.slice(0, 50).map(({ line, error }) => (
          <li key={line}>{t('lineProblem', { line, problem: error })}</li>
        ))}
      </ul>
      <Button
        size="small"
        onClick={() =>
          save('problems.csv', 'text/csv', csvOf([[t('line'), t('problem')], ...problems.map(({ line, error }) => [line, error])]))
        }
      >
        <Download aria-hidden /> {t('download')}
      </Button>
    </details>
  )
}
