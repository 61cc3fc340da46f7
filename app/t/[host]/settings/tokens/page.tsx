import { call } from '@orpc/server'
import { KeyRound } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { CreateToken, TokenMenu } from '@/components/settings/tokens'
import { DataTable } from '@/components/ui/data-table'
import { Empty, PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { listTokens } from '@/lib/accounts/api-tokens'
import { permissionNames } from '@/lib/actor/permissions'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.tokens'))('title') })

export default async function Tokens() {
  const t = await getTranslations('settingsPages.tokens')
  const common = await getTranslations('common')
  const permissions = await getTranslations('permissions')
  const { person } = await signedIn()
  const { items } = await load((context) => call(listTokens, undefined, { context }))
  return (
    <>
      <PageHeader title={t('title')} says={t('says')}>
        <CreateToken mine={permissionNames.filter((name) => person.permissions.includes(name))} />
      </PageHeader>
      <DataTable
        label={t('title')}
        file="tokens"
        columns={[
          { name: common('name') },
          { name: t('permissions'), from: 'lg' },
          { name: t('lastUsed'), from: 'sm', isTime: true },
          { name: t('expires'), isTime: true },
        ]}
        rows={items.map(({ lastUsedAt, expiresAt, ...token }) => {
          const names = token.scopes.map((scope) => permissions(scope)).join(', ')
          return {
            id: token.id,
            menu: <TokenMenu id={token.id} name={token.name} />,
            cells: [
              {
                value: token.name,
                show: (
                  <>
                    <bdi className="block">{token.name}</bdi>
                    <code className="block text-xs font-normal text-muted">{token.prefix}…</code>
                  </>
                ),
              },
              { value: names, show: <span title={names}>{t('permissionCount', { count: token.scopes.length })}</span> },
              {
                value: lastUsedAt?.getTime() ?? null,
                show: lastUsedAt ? (
                  <Time at={lastUsedAt} timeZone={person.timeZone} />
                ) : (
                  <span className="text-muted">{t('neverUsed')}</span>
                ),
              },
              {
                value: expiresAt?.getTime() ?? null,
                show: expiresAt ? <Time at={expiresAt} timeZone={person.timeZone} /> : <span className="text-muted">{t('never')}</span>,
              },
            ],
          }
        })}
        empty={
          <Empty icon={<KeyRound />} title={t('none')}>
            {t.rich('noneSays', {
              link: (chunks) => (
                <a href="/api/v1/docs" className="text-link underline">
                  {chunks}
                </a>
              ),
            })}
          </Empty>
        }
      />
    </>
  )
}
