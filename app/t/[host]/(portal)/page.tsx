import { Inbox, Mail, MessageSquarePlus } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import { viewer } from '@/app/t/viewer'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'

export default async function PortalHome() {
  const t = await getTranslations('portalPages')
  const { desk, person } = await viewer()
  return (
    <div className="grid gap-10">
      <form action="/submit" className="grid gap-4 rounded-xl border bg-surface px-5 py-12 text-center">
        <h1 className="text-3xl font-semibold">{t('home.title')}</h1>
        <p className="text-muted">{t('home.says', { name: desk.name })}</p>
        <div className="mx-auto flex w-full max-w-xl flex-wrap gap-2">
          <input
            name="title"
            aria-label={t('home.subject')}
            placeholder={t('home.example')}
            maxLength={200}
            className="h-11 min-w-0 flex-1 rounded-md border bg-raised px-4"
          />
          <Button type="submit" variant="primary" size="large">
            {t('home.ask')}
          </Button>
        </div>
      </form>
      <ul className="grid gap-4 sm:grid-cols-3">
        <Way icon={<MessageSquarePlus />} href="/submit" title={t('submit')} says={t('home.submitSays')} />
        <Way
          icon={<Inbox />}
          href={person ? '/requests' : '/magic-link'}
          title={t('home.follow')}
          says={person ? t('home.followSays') : t('home.linkSays')}
        />
        <Way icon={<Mail />} href={`mailto:${desk.mail}`} title={t('home.mail')} says={desk.mail} />
      </ul>
    </div>
  )
}

function Way({ icon, href, title, says }: { icon: React.ReactNode; href: string; title: string; says: string }) {
  return (
    <li>
      <Link href={href} className="grid h-full content-start gap-1 rounded-lg border p-5 hover:bg-surface">
        <span className="text-link [&_svg]:size-6">{icon}</span>
        <span className="font-medium">{title}</span>
        <span className="text-sm break-words text-muted">{says}</span>
      </Link>
    </li>
  )
}
