import type { TypeChoices } from '@/lib/notifications/schema'
import { type Matrix, notificationTypes, wayNames, ways } from '@/lib/notifications/schema'

/** What is told, by which ways; in a form. */
export const ChoiceMatrix = ({ types }: { types: TypeChoices[] }) => (
  <div className="overflow-x-auto">
    <table className="w-full text-sm">
      <thead>
        <tr className="border-b text-left text-muted">
          <th scope="col" className="py-2 pr-3 font-medium">
            Tell {types.length > 0 && 'when'}
          </th>
          {ways.map((way) => (
            <th key={way} scope="col" className="w-16 px-1.5 py-2 text-center sm:w-24 font-medium">
              {wayNames[way]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="divide-y">
        {types.map((choices) => (
          <tr key={choices.type}>
            <th scope="row" className="py-2.5 pr-3 text-left font-normal">
              {choices.name}
            </th>
            {ways.map((way) => (
              <td key={way} className="px-1.5 text-center">
                <input
                  type="checkbox"
                  name={`${choices.type}.${way}`}
                  defaultChecked={choices[way]}
                  aria-label={`${choices.name}: ${wayNames[way]}`}
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

/** What a form with the matrix says. */
export function matrixFrom(form: FormData, types: TypeChoices[]): Matrix {
  const known = new Set(types.map(({ type }) => type))
  const choices = (type: string) => Object.fromEntries(ways.map((way) => [way, form.get(`${type}.${way}`) === 'on']))
  return Object.fromEntries(notificationTypes.filter((type) => known.has(type)).map((type) => [type, choices(type)]))
}
