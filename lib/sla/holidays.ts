import Holidays from 'date-holidays'
import { z } from 'zod'
import { invalid } from '../core/errors'
import { agentProcedure } from '../procedure/builders'

const known = new Holidays()

export const listCountries = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/calendars/countries',
    tags: ['SLA'],
    summary: 'List the countries and states whose public holidays are known',
  })
  .output(
    z.object({
      items: z.array(z.object({ code: z.string(), name: z.string(), states: z.array(z.object({ code: z.string(), name: z.string() })) })),
    }),
  )
  .handler(() => {
    const named = (given: Record<string, string> | undefined) => Object.entries(given ?? {}).map(([code, name]) => ({ code, name }))
    const countries = named(known.getCountries('en')).sort((a, b) => (a.name < b.name ? -1 : 1))
    return { items: countries.map(({ code, name }) => ({ code, name, states: named(known.getStates(code, 'en')) })) }
  })

export const listPublicHolidays = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/calendars/public-holidays',
    tags: ['SLA'],
    summary: 'List the public holidays of a country',
  })
  .input(
    z.strictObject({
      country: z.string().max(10),
      state: z.string().max(10).optional(),
      from: z.coerce.number().int().min(1970).max(2200),
      /** How many years, the first with them. */
      years: z.coerce.number().int().min(1).max(10).default(3),
    }),
  )
  .output(z.object({ items: z.array(z.object({ date: z.string(), name: z.string() })) }))
  .handler(({ input: { country, state, from, years } }) => {
    const places = known.getCountries() as Record<string, string>
    if (!Object.hasOwn(places, country)) throw invalid({ country: ['calendars.unknownCountry'] })
    if (state && !Object.hasOwn((known.getStates(country) ?? {}) as Record<string, string>, state))
      throw invalid({ state: ['calendars.unknownState'] })
    const there = state ? new Holidays(country, state) : new Holidays(country)
    const days = Array.from({ length: years }, (_, index) => there.getHolidays(from + index, 'en')).flat()
    const items = new Map<string, string>()
    for (const { type, date, name } of days) {
      const day = date.slice(0, 10)
      // Some are on the same day under two names.
      if (type === 'public') items.set(day, items.has(day) ? `${items.get(day)}, ${name}` : name)
    }
    return { items: [...items].map(([date, name]) => ({ date, name: name.slice(0, 100) })).sort((a, b) => (a.date < b.date ? -1 : 1)) }
  })
