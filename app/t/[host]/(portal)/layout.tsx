import { LogIn, LogOut } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { signOut } from '@/app/t/actions'
import { userHead } from '@/app/t/heads'
import { helpCentre } from '@/app/t/kb/help-centre'
import { viewer } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { Bell } from '@/components/notifications/bell'
import { RealtimeProvider } from '@/components/realtime/provider'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'
import { NavLink } from '@/components/ui/nav-link'
import { InReadersZone } from '@/components/ui/time'
import { realtimeAccess } from '@/lib/realtime/access'

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const t = await getTranslations('portalPages')
  const { desk, person, guest } = await viewer()
  const { locales } = await helpCentre()
  const isStaff = person && person.role !== 'customer'
  const page = (
    <div className="flex min-h-screen flex-col">
      <header className="border-b">
        <div className="mx-auto flex max-w-4xl flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
          <Link href="/" className="me-auto flex items-center gap-2 font-semibold">
            {desk.logo ? (
              // biome-ignore lint/performance/noImgElement: it comes from this host in the size that it has
              <img src={desk.logo} alt="" className="h-7 max-w-40 object-contain" />
            ) : (
              <span aria-hidden className="size-5 rounded bg-accent" />
            )}
            {desk.portalTitle ?? desk.name}
          </Link>
          <nav aria-label={t('nav')} className="order-last flex w-full flex-wrap items-center gap-1 sm:order-none sm:w-auto">
            {locales.length > 0 && <NavLink href="/kb">{t('helpCentre')}</NavLink>}
            <NavLink href="/submit">{t('submit')}</NavLink>
            {person && <NavLink href="/requests">{t('requests')}</NavLink>}
            {desk.supportUrl && (
              <Button asChild variant="ghost" size="small">
                <a href={desk.supportUrl} rel="noreferrer">
                  {t('help')}
                </a>
              </Button>
            )}
            {person && !isStaff && <NavLink href="/settings/account">{t('settings')}</NavLink>}
            {isStaff && <NavLink href="/agent">{t('workspace')}</NavLink>}
          </nav>
          {person && <Bell personId={person.id} since={await userHead(person.id)} timeZone={person.timeZone} />}
          {person ? (
            <form action={signOut}>
              <Button type="submit" variant="ghost" size="small" title={t('signedInAs', { email: person.email })}>
                <LogOut aria-hidden /> {t('signOut')}
              </Button>
            </form>
          ) : (
            <Button asChild variant="ghost" size="small">
              <Link href={guest ? '/sign-in?next=/requests' : '/sign-in'}>
                <LogIn aria-hidden /> {t('signIn')}
              </Link>
            </Button>
          )}
        </div>
      </header>
      <main className="mx-auto w-full max-w-4xl flex-1 px-4 py-8">{children}</main>
      <footer className="border-t px-4 py-4 text-center text-sm text-muted">
        {t.rich('write', {
          mail: desk.mail,
          link: (chunks) => (
            <a href={`mailto:${desk.mail}`} className="text-link underline">
              {chunks}
            </a>
          ),
        })}
      </footer>
    </div>
  )
  const zoned = (
    <Texts of={['bell', 'files']}>
      <InReadersZone timeZone={(person ?? desk).timeZone}>{page}</InReadersZone>
    </Texts>
  )
  return person ? <RealtimeProvider access={realtimeAccess()}>{zoned}</RealtimeProvider> : zoned
}
