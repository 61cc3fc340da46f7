import { call } from '@orpc/server'
import { ArrowLeft } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { EditTemplate } from '@/components/settings/mail-template'
import { PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { getMailTemplate, listMailTemplates } from '@/lib/correspondence/queries'
import { templateEventInput, templateLanguageInput } from '@/lib/correspondence/schema'
import { everyLanguage } from '@/lib/correspondence/values'

interface Props {
  params: Promise<{ event: string }>
  searchParams: Promise<{ language?: string }>
}

const eventOf = async ({ params }: Props) => templateEventInput.safeParse((await params).event).data ?? notFound()

export async function generateMetadata(props: Props): Promise<Metadata> {
  const t = await getTranslations('settingsPages.mailTemplates')
  return { title: t(`events.${await eventOf(props)}.name`) }
}

export default async function MailTemplate(props: Props) {
  const t = await getTranslations('settingsPages.mailTemplates')
  const event = await eventOf(props)
  const language = templateLanguageInput.safeParse((await props.searchParams).language ?? everyLanguage).data ?? everyLanguage
  const [template, { items }] = await load((context) =>
    Promise.all([call(getMailTemplate, { event, language }, { context }), call(listMailTemplates, undefined, { context })]),
  )
  const written = items.find((item) => item.event === event)?.languages ?? []
  return (
    <>
      <Link href="/settings/mail-templates" className="mb-2 inline-flex items-center gap-1 text-sm text-link">
        <ArrowLeft aria-hidden className="size-4 rtl:-scale-x-100" /> {t('title')}
      </Link>
      <PageHeader title={t(`events.${event}.name`)} says={t(`events.${event}.says`)} />
      <EditTemplate key={`${language} ${template.version}`} template={template} written={written} />
    </>
  )
}
