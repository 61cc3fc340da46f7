import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { viewer } from '@/app/t/viewer'
import { readableOn, readableText } from '@/components/ui/contrast'
import { normalizeHost } from '@/lib/tenancy/host'
import { resolveHost } from '@/lib/tenancy/resolve'

interface Props {
  params: Promise<{ host: string }>
  children: ReactNode
}

const tenantOf = async (params: Props['params']) => {
  const host = normalizeHost(decodeURIComponent((await params).host))
  return host ? resolveHost(host) : null
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const tenant = await tenantOf(params)
  return { title: { default: tenant?.name ?? 'No desk here', template: `%s · ${tenant?.name ?? 'Baraza'}` } }
}

// The surfaces of globals.css that links stand on, the hardest of each theme.
const surfaces = { light: '#f7f8f9', dark: '#2d333c' }

const colours = (accent: string) =>
  `:root{--tenant-accent:${accent};--tenant-on-accent:${readableOn(accent)};` +
  `--tenant-link-light:${readableText(accent, surfaces.light)};--tenant-link-dark:${readableText(accent, surfaces.dark)}}`

export default async function DeskLayout({ params, children }: Props) {
  const tenant = await tenantOf(params)
  if (!tenant) notFound()
  if (tenant.status === 'suspended') return <Suspended name={tenant.name} />
  if (tenant.status === 'preparing') return <Preparing name={tenant.name} />
  const { desk } = await viewer()
  return (
    <>
      <style>{colours(desk.accent)}</style>
      {children}
    </>
  )
}

function Preparing({ name }: { name: string }) {
  return (
    <main className="mx-auto grid min-h-screen max-w-md content-center gap-4 p-6">
      <meta httpEquiv="refresh" content="2" />
      <h1 className="text-2xl font-semibold">{name} is being set up</h1>
      <p className="text-muted">It is ready in a moment; this page looks again by itself.</p>
    </main>
  )
}

function Suspended({ name }: { name: string }) {
  return (
    <main className="mx-auto grid min-h-screen max-w-md content-center gap-4 p-6">
      <h1 className="text-2xl font-semibold">{name} is paused</h1>
      <p className="text-muted">
        This desk is suspended at the moment. Nothing was deleted: mail that comes in is kept, and everything is back as it was once the
        desk is resumed.
      </p>
      <p className="text-muted">If you run this desk, write to the operator of this service.</p>
    </main>
  )
}
