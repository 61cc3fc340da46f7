import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useId } from 'react'
import { FieldRow } from '@/components/fields/field-row'
import { Choice } from '@/components/ui/choice'
import { Avatar } from '@/components/ui/layout'
import { Property } from '@/components/ui/property'
import { type Priority, priorities } from '@/lib/directory/values'
import { isAsked } from '@/lib/tickets/fields/field-rules'
import { detailsOf } from '@/lib/tickets/ticket/attribute-names'
import { api } from '@/lib/wiring/client'
import { useAttributeWords } from '../attribute-words'
import { DetailControl } from '../detail-control'
import { PriorityIcon } from '../labels'
import { useChoices } from '../queue/use-bulk'
import { TagField } from '../tag-field'
import type { NewTicketDraft } from './draft'

const none = ''
const known = { staleTime: 60_000, retry: false }

/** The custom fields that a new ticket is asked for. */
export function useAskedFields({ departmentId, fields: values }: NewTicketDraft) {
  const { department = [] } = useChoices(true)
  const { data } = useQuery({ queryKey: ['fields'], queryFn: () => api.fields.list(), ...known })
  const place = departmentId || (department.find((each) => 'isDefault' in each && each.isDefault)?.id ?? null)
  return (data?.items ?? []).filter((field) => isAsked(field, place, values))
}

interface Props {
  draft: NewTicketDraft
  onChange: (change: Partial<NewTicketDraft>) => void
  me: { id: string; name: string }
  timeZone: string
  mayAssign: boolean
  errors: Record<string, string[]>
}

/** What is said of a new ticket besides its words; what is left alone the workspace's rules decide. */
export function NewTicketProperties({ draft, onChange, me, timeZone, mayAssign, errors }: Props) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const words = useAttributeWords()
  const tagsId = useId()
  const { person = [], department = [] } = useChoices(true)
  const { data: categories } = useQuery({ queryKey: ['categories'], queryFn: () => api.categories.list(), ...known })
  const fields = useAskedFields(draft)
  const people = [me, ...person.filter(({ id }) => id !== me.id)]
  const problem = (name: string) => errors[name]?.join(' ')
  const offered = (categories?.items ?? []).filter(
    (category) => category.isActive && (!draft.departmentId || category.department.id === draft.departmentId),
  )
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-0.5">
      {mayAssign && (
        <Property label={t('attributes.assignee')} problem={problem('assigneeId')}>
          <Choice
            label={t('attributes.assignee')}
            value={draft.assigneeId}
            options={[
              { value: none, name: t('unassigned') },
              ...people.map(({ id, name }) => ({
                value: id,
                name: id === me.id ? t('properties.youNamed', { name }) : name,
                icon: <Avatar name={name} person={id} className="size-5 text-[9px]" />,
              })),
            ]}
            onChoose={(assigneeId) => onChange({ assigneeId })}
          />
        </Property>
      )}
      <Property label={common('department')} problem={problem('departmentId')}>
        <Choice
          label={common('department')}
          value={draft.departmentId}
          placeholder={t('new.automatic')}
          options={[{ value: none, name: t('new.automatic') }, ...department.map(({ id, name }) => ({ value: id, name }))]}
          onChoose={(departmentId) => onChange({ departmentId, categoryId: none })}
        />
      </Property>
      {offered.length > 0 && (
        <Property label={t('attributes.category')} problem={problem('categoryId')}>
          <Choice
            label={t('attributes.category')}
            value={draft.categoryId}
            options={[
              { value: none, name: common('none') },
              ...offered.map(({ id, name, department: of }) => ({ value: id, name: draft.departmentId ? name : `${name} · ${of.name}` })),
            ]}
            onChoose={(categoryId) =>
              onChange({ categoryId, departmentId: offered.find(({ id }) => id === categoryId)?.department.id ?? draft.departmentId })
            }
          />
        </Property>
      )}
      <Property label={common('priorityLabel')} problem={problem('priority')}>
        <Choice
          label={common('priorityLabel')}
          value={draft.priority}
          placeholder={t('new.automatic')}
          options={[
            { value: none, name: t('new.automatic') },
            ...priorities.map((name) => ({
              value: name,
              name: common(`priority.${name}`),
              icon: <PriorityIcon priority={name} isPlain />,
            })),
          ]}
          onChoose={(priority) => onChange({ priority: priority as Priority | '' })}
        />
      </Property>
      <div className="property">
        <label htmlFor={tagsId}>{t('attributes.tags')}</label>
        <TagField
          id={tagsId}
          value={draft.tags}
          onChange={(tags) => onChange({ tags })}
          problem={problem('tags')}
          className="rounded-md border border-transparent px-0.5 focus-within:border-line focus-within:bg-surface"
        />
      </div>
      {detailsOf('agent').map(([name, key]) => (
        <DetailControl
          key={name}
          value={draft.details[name] ?? null}
          attributeKey={key}
          choices={{ person: people, department, category: [] }}
          timeZone={timeZone}
          onChoose={(value) => onChange({ details: { ...draft.details, [name]: value } })}
        />
      ))}
      {draft.firstMessage === 'request' && (
        <Property label={words.label('source')}>
          <Choice
            label={words.label('source')}
            value={draft.source}
            options={(['phone', 'internal'] as const).map((source) => ({ value: source, name: t(`choices.source.${source}`) }))}
            onChoose={(source) => onChange({ source: source as NewTicketDraft['source'] })}
          />
        </Property>
      )}
      {fields.map((field) => (
        <FieldRow
          key={`${field.key}:${JSON.stringify(draft.fields[field.key])}`}
          field={field}
          value={draft.fields[field.key] ?? undefined}
          problem={problem(`fields.${field.key}`)}
          onChange={(value) => onChange({ fields: { ...draft.fields, [field.key]: value } })}
        />
      ))}
    </div>
  )
}
