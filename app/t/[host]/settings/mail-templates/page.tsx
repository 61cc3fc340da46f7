import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { EditMailIdentity } from '@/components/settings/signatures'
import { Badge, Card, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { listMailTemplates } from '@/lib/correspondence/queries'
import { templateGroups } from '@/lib/correspondence/schema'
import { listMailIdentities } from '@/lib/correspondence/signature'
import { eventNamed, everyLanguage } from '@/lib/correspondence/values'

const title = async () => (await getTranslations('settingsPages.mailTemplates'))('title')

export const generateMetadata = async (): Promise<Metadata> => ({ title: await title() })

export default async function MailTemplates() {
  const t = await getTranslations('settingsPages.mailTemplates')
  const languages = new Intl.DisplayNames([await getLocale()], { type: 'language' })
  const [{ items }, { items: departments }] = await load((context) =>
    Promise.all([call(listMailTemplates, undefined, { context }), call(listMailIdentities, undefined, { context })]),
  )
  const nameOf = (language: string) => (language === everyLanguage ? t('everyLanguage') : languages.of(language))
  return (
    <>
      <PageHeader title={await title()} says={t('says')} />
      <div className="grid gap-8">
        {templateGroups.map((group) => (
          <section key={group}>
            <h2 className="mb-3 text-lg font-semibold">{t(`groups.${group}`)}</h2>
            <Card>
              <ul className="divide-y">
                {items
                  .filter(({ event }) => eventNamed(event).group === group)
                  .map(({ event, languages: written }) => (
                    <li key={event} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3">
                      <div className="min-w-0 flex-1 basis-60">
                        <Link href={`/settings/mail-templates/${event}`} className="font-medium text-link">
                          {t(`events.${event}.name`)}
                        </Link>
                        <p className="text-sm text-muted">{t(`events.${event}.says`)}</p>
                      </div>
                      {written.length === 0 ? (
                        <span className="text-sm text-muted">{t('default')}</span>
                      ) : (
                        written.map((language) => (
                          <Badge key={language} className="whitespace-normal">
                            <Link href={`/settings/mail-templates/${event}?language=${language}`}>
                              {t('changed', { language: nameOf(language) ?? language })}
                            </Link>
                          </Badge>
                        ))
                      )}
                    </li>
                  ))}
              </ul>
            </Card>
          </section>
        ))}
        <section>
          <h2 className="text-lg font-semibold">{t('departments')}</h2>
          <p className="mb-3 text-sm text-muted">{t('departmentsSay')}</p>
          <Card>
            <ul className="divide-y">
              {departments.map((department) => (
                <li key={department.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                  <div className="min-w-0 flex-1 basis-52">
                    <p className="font-medium">
                      <bdi>{department.name}</bdi>
                    </p>
                    <p className="text-sm text-muted">{department.signatureHtml ? t('hasSignature') : t('noSignature')}</p>
                  </div>
                  <EditMailIdentity department={department} />
                </li>
              ))}
            </ul>
          </Card>
        </section>
      </div>
    </>
  )
}
