import { getTranslations } from 'next-intl/server'
import { Button } from '@/components/ui/button'
import { SearchInput } from '@/components/ui/field'

interface Props {
  label: string
  q: string
  /** What the address says beside it and keeps. */
  kept?: Record<string, string>
}

/** Searches a list of which only a page is here; works without a script. */
export async function SearchForm({ label, q, kept = {} }: Props) {
  const common = await getTranslations('common')
  return (
    <search>
      <form className="flex gap-2">
        {Object.entries(kept).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <SearchInput name="q" defaultValue={q} aria-label={label} placeholder={label} maxLength={200} className="w-56" />
        <Button type="submit" size="small">
          {common('search')}
        </Button>
      </form>
    </search>
  )
}
