import { call } from '@orpc/server'
import { KeyRound } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { CreateToken, RevokeToken } from '@/components/settings/account'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { listTokens } from '@/lib/accounts/api-tokens'
import { permissionNames } from '@/lib/actor/permissions'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.tokens'))('title') })

export default async function Tokens() {
  const t = await getTranslations('settingsPages.tokens')
  const { person } = await signedIn()
  const { items } = await load((context) => call(listTokens, undefined, { context }))
  return (
    <>
      <PageHeader title={t('title')} says={t('says')}>
        <CreateToken mine={permissionNames.filter((name) => person.permissions.includes(name))} />
      </PageHeader>
      <Card>
        {items.length === 0 ? (
          <Empty icon={<KeyRound />} title={t('none')}>
            {t.rich('noneSays', {
              link: (chunks) => (
                <a href="/api/v1/docs" className="text-link underline">
                  {chunks}
                </a>
              ),
            })}
          </Empty>
        ) : (
          <ul className="divide-y">
            {items.map(({ lastUsedAt, expiresAt, ...token }) => (
              <li key={token.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                <div className="min-w-0 flex-1">
                  <p className="font-medium">{token.name}</p>
                  <p className="text-sm break-words text-muted">
                    {token.prefix}… · {token.scopes.join(', ')} ·{' '}
                    {lastUsedAt ? t.rich('used', { time: () => <Time at={lastUsedAt} timeZone={person.timeZone} /> }) : t('neverUsed')}
                    {expiresAt && <> · {t.rich('expires', { time: () => <Time at={expiresAt} timeZone={person.timeZone} /> })}</>}
                  </p>
                </div>
                <RevokeToken id={token.id} name={token.name} />
              </li>
            ))}
          </ul>
        )}
      </Card>
    </>
  )
}
