import { cn } from './cn'
import { Link } from './link'

interface Tab {
  href: string
  name: string
  isHere: boolean
}

/** Links to the parts of a list. */
export const Tabs = ({ label, tabs, className }: { label: string; tabs: readonly Tab[]; className?: string }) => (
  <nav aria-label={label} className={cn('tabs', className)}>
    {tabs.map(({ href, name, isHere }) => (
      <Link
        key={href}
        href={href}
        aria-current={isHere ? 'page' : undefined}
        className="rounded-md px-2.5 py-1 hover:bg-surface aria-[current=page]:bg-line/70 aria-[current=page]:font-medium"
      >
        {name}
      </Link>
    ))}
  </nav>
)
