import type { ReactNode } from 'react'
import { cn } from './cn'
import { Link } from './link'
import { PersonPicture } from './person-picture'

export const Card = ({ className, children }: { className?: string; children: ReactNode }) => (
  <section className={cn('rounded-lg border bg-raised', className)}>{children}</section>
)

interface PageHeaderProps {
  title: ReactNode
  says?: string
  /** The page above this one. */
  back?: { href: string; name: string }
  children?: ReactNode
}

export function PageHeader({ title, says, back, children }: PageHeaderProps) {
  return (
    <header className="mb-5 flex flex-wrap items-start justify-between gap-3">
      <div className="min-w-0">
        {back && (
          <Link href={back.href} className="text-sm text-link">
            {back.name}
          </Link>
        )}
        <h1 className="text-xl font-semibold wrap-anywhere">{title}</h1>
        {says && <p className="text-sm text-muted">{says}</p>}
      </div>
      {children}
    </header>
  )
}

interface EmptyProps {
  title: string
  icon?: ReactNode
  /** What makes the first one. */
  action?: ReactNode
  children?: ReactNode
}

/** Nothing here yet, and what to do about it. */
export function Empty({ title, icon, action, children }: EmptyProps) {
  return (
    <div className="grid justify-items-center gap-2 px-4 py-14 text-center">
      {icon && <div className="text-muted [&_svg]:size-8">{icon}</div>}
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-sm text-sm text-muted">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  )
}

export const Badge = ({ className, children }: { className?: string; children: ReactNode }) => (
  <span className={cn('pill', className)}>{children}</span>
)

export const initialsOf = (name: string) =>
  name
    .split(/\s+/)
    .map((part) => [...part][0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase()

interface AvatarProps {
  name: string
  /** The id of a colleague, who may have a picture. */
  person?: string | null
  className?: string
}

export const Avatar = ({ name, person, className }: AvatarProps) => (
  <span aria-hidden className={cn('avatar', className)}>
    {initialsOf(name)}
    {person && <PersonPicture of={person} />}
  </span>
)

export const Skeleton = ({ className }: { className?: string }) => <div className={cn('animate-pulse rounded-md bg-line/70', className)} />
