'use client'

import { Download } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, FormError, Input, Select } from '@/components/ui/field'
import { Card } from '@/components/ui/layout'
import { save } from '@/components/ui/save'
import { useAction } from '@/components/ui/use-action'
import { type ImportMapping, type ImportOutput, type ImportTarget, importTargets, maxImportRows } from '@/lib/contacts/schema'
import { csvOf } from '@/lib/core/csv'
import { api } from '@/lib/wiring/client'

type Preview = Awaited<ReturnType<typeof api.contacts.previewImport>>

const targetNames: Record<ImportTarget, string> = {
  name: 'Name',
  email: 'Email',
  phone: 'Phone',
  organisation: 'Organisation',
  tier: 'Tier',
  tags: 'Tags',
  notes: 'Notes',
}

const askEveryMs = 700

/** A table in three steps: choose, look at what would come, bring it. */
export function ImportContacts() {
  const [csv, setCsv] = useState('')
  const [preview, setPreview] = useState<Preview | null>(null)
  const [onKnown, setOnKnown] = useState<'skip' | 'update'>('skip')
  const [progress, setProgress] = useState<ImportOutput | null>(null)
  const look = useAction(api.contacts.previewImport, { isForm: true, onDone: setPreview })
  const start = useAction(api.contacts.import, { isForm: true, onDone: (begun) => void follow(begun) })

  async function choose(file: File | undefined) {
    if (!file) return
    const text = await file.text()
    setCsv(text)
    setPreview(null)
    await look.run({ csv: text })
  }
  function map(column: string, target: string) {
    if (!preview) return
    const mapping: ImportMapping = { ...preview.mapping }
    if (target) mapping[column] = target as ImportTarget
    else delete mapping[column]
    setPreview({ ...preview, mapping })
    void look.run({ csv, mapping })
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
      <Field label="Table" hint={`A CSV file whose first line names the columns; at most ${maxImportRows.toLocaleString('en')} lines.`}>
        {(control) => (
          <Input
            {...control}
            type="file"
            accept=".csv,.tsv,.txt,text/csv"
            className="h-auto py-1.5"
            onChange={(event) => void choose(event.target.files?.[0])}
          />
        )}
      </Field>
      {preview && (
        <>
          <Card className="overflow-x-auto">
            <table className="w-full text-sm">
              <thead>
                <tr className="border-b">
                  <th className="p-2 text-left font-medium text-muted">Line</th>
                  {preview.columns.map((column) => (
                    <th key={column} className="min-w-36 p-2 text-left">
                      <span className="mb-1 block truncate">{column}</span>
                      <Select
                        aria-label={`${column} is`}
                        className="h-8 text-sm"
                        value={preview.mapping[column] ?? ''}
                        onChange={(event) => map(column, event.target.value)}
                      >
                        <option value="">Left out</option>
                        {importTargets.map((target) => (
                          <option key={target} value={target}>
                            {targetNames[target]}
                          </option>
                        ))}
                      </Select>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {preview.rows.map(({ line, cells, problem }) => (
                  <tr key={line} className={problem ? 'bg-danger/10' : ''} title={problem ?? undefined}>
                    <td className="p-2 text-muted tabular-nums">{line}</td>
                    {preview.columns.map((column, n) => (
                      <td key={column} dir="auto" className="max-w-52 truncate p-2">
                        {cells[n]}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </Card>
          <p className="text-sm">
            {preview.total.toLocaleString('en')} lines, of which {preview.known.toLocaleString('en')} are of addresses you know
            {preview.problems.length > 0 ? ` and ${preview.problems.length} cannot be taken` : ''}.
          </p>
          {preview.problems.length > 0 && <Problems problems={preview.problems} />}
          <Field label="Addresses you know">
            {(control) => (
              <Select
                {...control}
                className="max-w-80"
                value={onKnown}
                onChange={(event) => setOnKnown(event.target.value as 'skip' | 'update')}
              >
                <option value="skip">Leave as they are</option>
                <option value="update">Change to what the table says</option>
              </Select>
            )}
          </Field>
          <Button
            variant="primary"
            className="justify-self-start"
            isPending={start.isPending}
            onClick={() => void start.run({ csv, mapping: preview.mapping, onKnown })}
          >
            Import {(preview.total - preview.problems.length).toLocaleString('en')} contacts
          </Button>
        </>
      )}
    </>
  )
}

function Progress({ of: { status, total, created, updated, skipped, problems } }: { of: ImportOutput }) {
  const made = created + updated + skipped + problems.length
  return (
    <div role="status" className="grid gap-3">
      <progress aria-label="Import" value={made} max={total} className="h-2 w-full max-w-md accent-[var(--accent)]" />
      <p>
        {status === 'running' ? 'Bringing' : 'Done:'} {created} new, {updated} changed, {skipped} left as they were
        {problems.length > 0 && `, ${problems.length} not taken`}.
      </p>
      {status === 'done' && problems.length > 0 && <Problems problems={problems} />}
      {status === 'done' && (
        <Link href="/agent/contacts" className="text-link">
          To the contacts
        </Link>
      )}
    </div>
  )
}

function Problems({ problems }: { problems: { line: number; error: string }[] }) {
  return (
    <details className="text-sm">
      <summary className="cursor-pointer">What is wrong</summary>
      <ul className="my-2 grid gap-1">
        {problems.slice(0, 50).map(({ line, error }) => (
          <li key={line}>
            Line {line}: {error}
          </li>
        ))}
      </ul>
      <Button
        size="small"
        onClick={() => save('problems.csv', 'text/csv', csvOf([['Line', 'Problem'], ...problems.map(({ line, error }) => [line, error])]))}
      >
        <Download aria-hidden /> All of them
      </Button>
    </details>
  )
}
