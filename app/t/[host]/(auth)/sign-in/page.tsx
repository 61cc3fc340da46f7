import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { viewer } from '@/app/t/viewer'
import { RequestLinkForm } from '@/components/people/link-forms'
import { SignInForm } from '@/components/people/sign-in-form'
import { Link } from '@/components/ui/link'
import { isId } from '@/lib/core/id'
import { localPath } from '@/lib/core/local-path'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('signIn'))('title') })

export default async function SignIn({ searchParams }: { searchParams: Promise<{ next?: string }> }) {
  const t = await getTranslations('signIn')
  const { desk, person } = await viewer()
  const { next } = await searchParams
  const requestId = /^\/requests\/([^/?#]+)$/.exec(next ?? '')?.[1]
  if (person) redirect(localPath(next, person.role === 'customer' ? '/requests' : '/agent'))
  return (
    <>
      <h1 className="text-lg font-semibold">{t('title')}</h1>
      <SignInForm next={`/sign-in?next=${encodeURIComponent(next ?? '')}`} forgotHref="/forgot-password" />
      <p className="border-t pt-4 text-sm text-muted">
        {t.rich(desk.allowSignUp ? 'noPasswordOrAccount' : 'noPassword', {
          link: (chunks) => (
            <Link href={next ? `/magic-link?${new URLSearchParams({ next })}` : '/magic-link'} className="text-link underline">
              {chunks}
            </Link>
          ),
          signup: (chunks) => (
            <Link href="/sign-up" className="text-link underline">
              {chunks}
            </Link>
          ),
        })}
      </p>
      {requestId && isId(requestId) && (
        <div className="border-t pt-4">
          <RequestLinkForm requestId={requestId} />
        </div>
      )}
    </>
  )
}
