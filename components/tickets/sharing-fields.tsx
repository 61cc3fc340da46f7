import { useTranslations } from 'next-intl'
import { ChoiceField } from '@/components/ui/choice-field'
import { Field } from '@/components/ui/field'
import type { Reference } from '@/lib/core/schema'
import type { ViewOutput } from '@/lib/tickets/views/schema'
import { viewScopes } from '@/lib/tickets/views/values'

type Sharing = Pick<ViewOutput, 'scope' | 'departmentId'>

/** Who else is to see it, as the fields below say it. */
export function readSharing(form: FormData): Sharing {
  const scope = (String(form.get('scope') ?? '') || 'personal') as Sharing['scope']
  return { scope, departmentId: scope === 'department' ? String(form.get('departmentId') ?? '') || null : null }
}

interface Props {
  kept: Sharing | null | undefined
  departments: Reference[]
  mayShare: boolean
  errors: Record<string, string[]> | undefined
}

/** Views, canned responses and macros are shared alike. */
export function SharingFields({ kept, departments, mayShare, errors = {} }: Props) {
  const t = useTranslations('tickets.scopes')
  const common = useTranslations('common')
  if (!mayShare) return null
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label={t('label')} errors={errors.scope}>
        {(control) => (
          <ChoiceField
            {...control}
            label={t('label')}
            name="scope"
            defaultValue={kept?.scope ?? 'personal'}
            options={viewScopes.map((scope) => ({ value: scope, name: t(scope) }))}
          />
        )}
      </Field>
      <Field label={common('department')} hint={t('departmentHint')} errors={errors.departmentId}>
        {(control) => (
          <ChoiceField
            {...control}
            label={common('department')}
            name="departmentId"
            defaultValue={kept?.departmentId ?? ''}
            options={[{ value: '', name: common('none') }, ...departments.map(({ id, name }) => ({ value: id, name }))]}
          />
        )}
      </Field>
    </div>
  )
}
