import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { UnknownWorkspace } from '@/app/t/unknown-workspace'
import { findViewer, viewer } from '@/app/t/viewer'
import { readableOn, readableText } from '@/lib/core/contrast'
import { pageIsMissing } from '@/lib/procedure/refused-page'
import { normalizeHost } from '@/lib/tenancy/host'
import { platformOrigin } from '@/lib/tenancy/origin'
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
  const t = await getTranslations()
  const name = tenant?.name ?? t('common.system')
  // Where nobody can be told who looks, the page itself says why.
  const favicon = tenant?.status === 'active' ? (await findViewer().catch(() => null))?.desk.favicon : null
  const icons = favicon ? { icon: favicon } : undefined
  return { icons, title: { default: tenant?.name ?? t('workspacePages.unknown.tab'), template: `%s · ${name}` } }
}

// The surfaces of tokens.css that links stand on, the hardest of each theme.
const surfaces = { light: '#f7f8f9', dark: '#2d333c' }

const colours = (accent: string) =>
  `:root{--tenant-accent:${accent};--tenant-on-accent:${readableOn(accent)};` +
  `--tenant-link-light:${readableText(accent, surfaces.light)};--tenant-link-dark:${readableText(accent, surfaces.dark)}}`

export default async function WorkspaceRoot({ params, children }: Props) {
  const tenant = await tenantOf(params)
  if (!tenant) {
    pageIsMissing()
    return <UnknownWorkspace platform={platformOrigin()} />
  }
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

async function Preparing({ name }: { name: string }) {
  const t = await getTranslations('workspacePages.preparing')
  return (
    <main className="mx-auto grid min-h-screen max-w-md content-center gap-4 p-6">
      <meta httpEquiv="refresh" content="2" />
      <h1 className="text-2xl font-semibold">{t('title', { name })}</h1>
      <p className="text-muted">{t('says')}</p>
    </main>
  )
}

async function Suspended({ name }: { name: string }) {
  const t = await getTranslations('workspacePages.suspended')
  return (
    <main className="mx-auto grid min-h-screen max-w-md content-center gap-4 p-6">
      <h1 className="text-2xl font-semibold">{t('title', { name })}</h1>
      <p className="text-muted">{t('says')}</p>
      <p className="text-muted">{t('operator')}</p>
    </main>
  )
}
