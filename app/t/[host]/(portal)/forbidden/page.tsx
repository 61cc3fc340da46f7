import { getTranslations } from 'next-intl/server'
import { viewer } from '@/app/t/viewer'
import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'

export default async function Forbidden() {
  const t = await getTranslations('portalPages')
  const { person } = await viewer()
  return (
    <Empty title={t('forbidden.title')}>
      <p className="mb-4">{person ? t('forbidden.signedIn', { email: person.email }) : t('forbidden.guest')}</p>
      <Button asChild>
        <Link href={person ? '/' : '/sign-in'}>{person ? t('start') : t('signIn')}</Link>
      </Button>
    </Empty>
  )
}
