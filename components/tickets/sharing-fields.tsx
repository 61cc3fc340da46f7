import { useTranslations } from 'next-intl'
import { Field, Options, Select } from '@/components/ui/field'
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
          <Select {...control} name="scope" defaultValue={kept?.scope ?? 'personal'}>
            {viewScopes.map((scope) => (
              <option key={scope} value={scope}>
                {t(scope)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={common('department')} hint={t('departmentHint')} errors={errors.departmentId}>
        {(control) => (
          <Select {...control} name="departmentId" defaultValue={kept?.departmentId ?? ''}>
            <option value="">{common('none')}</option>
            <Options of={departments} />
          </Select>
        )}
      </Field>
    </div>
  )
}
