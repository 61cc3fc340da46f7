import { Skeleton } from '@/components/ui/layout'

const rows = Array.from({ length: 12 }, (_, index) => index)

export default function Loading() {
  return (
    <div className="grid gap-px p-4" aria-busy="true">
      <Skeleton className="mb-3 h-9 w-64" />
      {rows.map((row) => (
        <Skeleton key={row} className="h-11" />
      ))}
    </div>
  )
}
