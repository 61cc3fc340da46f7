'use client'

import { useTranslations } from 'next-intl'
import { Checkbox } from '@/components/ui/field'
import { groupOf, type Permission, permissionGroups } from '@/lib/actor/permissions'

interface Props {
  /** The field of the form that they are sent as. */
  name: string
  /** Those that can be chosen. */
  of: readonly Permission[]
  chosen: readonly Permission[]
  onChange: (chosen: Permission[]) => void
  errors?: string[] | undefined
}

/** Permissions to choose from in groups, each of which can be chosen as a whole. */
export function PermissionList({ name, of, chosen, onChange, errors }: Props) {
  const t = useTranslations()
  const without = (left: readonly Permission[]) => chosen.filter((each) => !left.includes(each))
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1.5 text-sm font-medium">{t('settings.permissions.title')}</legend>
      {errors && <p className="text-sm text-danger">{errors.join(' ')}</p>}
      {permissionGroups.map((group) => {
        const offered = of.filter((each) => groupOf[each] === group)
        if (offered.length === 0) return null
        const count = offered.filter((each) => chosen.includes(each)).length
        return (
          <fieldset key={group} aria-label={t(`settings.permissions.groups.${group}`)} className="rounded-md border">
            <div className="flex items-center gap-2 border-b bg-surface px-3 py-1.5">
              <Checkbox
                label={<span className="font-medium">{t(`settings.permissions.groups.${group}`)}</span>}
                className="flex-1"
                checked={count === offered.length}
                ref={(box) => {
                  if (box) box.indeterminate = count > 0 && count < offered.length
                }}
                onChange={(event) => onChange([...without(offered), ...(event.target.checked ? offered : [])])}
              />
              <span className="text-xs text-muted tabular-nums">{t('settings.permissions.chosen', { count, all: offered.length })}</span>
            </div>
            <div className="grid gap-1.5 px-3 py-2 sm:grid-cols-2">
              {offered.map((each) => (
                <Checkbox
                  key={each}
                  name={name}
                  value={each}
                  label={t(`permissions.${each}`)}
                  checked={chosen.includes(each)}
                  onChange={(event) => onChange(event.target.checked ? [...chosen, each] : without([each]))}
                />
              ))}
            </div>
          </fieldset>
        )
      })}
    </fieldset>
  )
}
