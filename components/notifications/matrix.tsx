import { useTranslations } from 'next-intl'
import type { Matrix, TypeChoices } from '@/lib/notifications/schema'
import { notificationTypes, ways } from '@/lib/notifications/values'

/** Which notifications, in which ways; in a form. */
export function ChoiceMatrix({ types }: { types: TypeChoices[] }) {
  const t = useTranslations('notifications')
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-sm">
        <thead>
          <tr className="border-b text-start text-muted">
            <th scope="col" className="py-2 pe-3 font-medium">
              {t('notifyWhen')}
            </th>
            {ways.map((way) => (
              <th key={way} scope="col" className="w-16 px-1.5 py-2 text-center sm:w-24 font-medium">
                {t(`ways.${way}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {types.map((choices) => (
            <tr key={choices.type}>
              <th scope="row" className="py-2.5 pe-3 font-normal">
                {t(`types.${choices.type}`)}
              </th>
              {ways.map((way) => (
                <td key={way} className="px-1.5 text-center">
                  <input
                    type="checkbox"
                    name={`${choices.type}.${way}`}
                    defaultChecked={choices[way]}
                    aria-label={t('cell', { type: t(`types.${choices.type}`), way: t(`ways.${way}`) })}
                    className="size-4.5 accent-[var(--accent)]"
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** What a form with the matrix says. */
export function matrixFrom(form: FormData, types: TypeChoices[]): Matrix {
  const known = new Set(types.map(({ type }) => type))
  const choices = (type: string) => Object.fromEntries(ways.map((way) => [way, form.get(`${type}.${way}`) === 'on']))
  return Object.fromEntries(notificationTypes.filter((type) => known.has(type)).map((type) => [type, choices(type)]))
}
