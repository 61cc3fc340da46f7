import { call } from '@orpc/server'
import { KeyRound } from 'lucide-react'
import type { Metadata } from 'next'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { CreateToken, RevokeToken } from '@/components/settings/account'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { listTokens } from '@/lib/accounts/account'
import { permissionNames } from '@/lib/actor/permissions'

export const metadata: Metadata = { title: 'API tokens' }

export default async function Tokens() {
  const { person } = await signedIn()
  const { items } = await load((context) => call(listTokens, undefined, { context }))
  return (
    <>
      <PageHeader title="API tokens" says="For scripts and other systems.">
        <CreateToken mine={permissionNames.filter((name) => person.permissions.includes(name))} />
      </PageHeader>
      <Card>
        {items.length === 0 ? (
          <Empty icon={<KeyRound />} title="No tokens">
            The{' '}
            <a href="/api/v1/docs" className="text-link underline">
              API reference
            </a>{' '}
            says what one can do.
          </Empty>
        ) : (
          <ul className="divide-y">
            {items.map((token) => (
              <li key={token.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                <div className="min-w-0 flex-1">
                  <p className="font-medium">{token.name}</p>
                  <p className="text-sm break-words text-muted">
                    {token.prefix}… · {token.scopes.join(', ')} ·{' '}
                    {token.lastUsedAt ? (
                      <>
                        used <Time at={token.lastUsedAt} timeZone={person.timeZone} />
                      </>
                    ) : (
                      'never used'
                    )}
                    {token.expiresAt && (
                      <>
                        {' '}
                        · expires <Time at={token.expiresAt} timeZone={person.timeZone} />
                      </>
                    )}
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
