import { Button } from '@/components/ui/button'
import type { Clash } from './use-change'

/** Somebody was quicker: whose change stands is for whoever comes later to say. */
export const ClashChoice = ({ clash }: { clash: Clash | null }) =>
  clash && (
    <div role="alert" className="grid gap-2 rounded-md border border-warning/40 bg-note px-3 py-2 text-sm">
      <p>{clash.says}</p>
      <div className="flex gap-2">
        <Button size="small" onClick={clash.keepTheirs}>
          Leave it
        </Button>
        <Button size="small" onClick={clash.useMine}>
          Use mine
        </Button>
      </div>
    </div>
  )
