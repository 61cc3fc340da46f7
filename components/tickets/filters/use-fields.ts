import { useQuery } from '@tanstack/react-query'
import type { FieldOutput } from '@/lib/tickets/fields/schema'
import { api } from '@/lib/wiring/client'
import { fieldAsked } from './chips'

/** The custom fields of the workspace, once someone wants to choose one or a filter asks one. */
export function useFields(isWanted: boolean): readonly FieldOutput[] {
  const { data } = useQuery({ queryKey: ['fields'], queryFn: () => api.fields.list(), enabled: isWanted, staleTime: 60_000, retry: false })
  return data?.items ?? []
}

/** The custom field that chips of a name ask; undefined for an attribute, and while it is not known. */
export function useField(name: string): FieldOutput | undefined {
  const key = fieldAsked(name)
  return useFields(key !== null).find((field) => field.key === key)
}
