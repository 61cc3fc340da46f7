import { headers } from 'next/headers'
import { getRequestConfig } from 'next-intl/server'
import { findViewer } from '@/app/t/viewer'
import { formats } from '@/lib/text/formats'
import { languageFor, localeOf } from '@/lib/text/language'
import { messagesOf } from '@/lib/text/translator'

/** The language and the zone of whoever looks: the person's own, else their browser's language, else the workspace's language and zone. */
export default getRequestConfig(async () => {
  const viewer = await findViewer().catch(() => null) // what is wrong with the page, the page says
  const browser = (await headers()).get('accept-language')
  const language = languageFor({ person: viewer?.person?.locale, browser, workspace: viewer?.desk.locale })
  return {
    locale: localeOf(language),
    messages: await messagesOf(language),
    timeZone: viewer?.person?.timeZone ?? viewer?.desk.timeZone ?? 'UTC',
    now: new Date(),
    formats,
  }
})
