import { call } from '@orpc/server'
import { redirect } from 'next/navigation'
import { getLocale } from 'next-intl/server'
import { cache } from 'react'
import { load, pageContext } from '@/app/load'
import { viewer } from '@/app/t/viewer'
import { getPublishedSettings } from '@/lib/kb/articles/published'
import { originOf } from '@/lib/tenancy/origin'
import { resolveHost } from '@/lib/tenancy/resolve'

/** The help centre as whoever looks may read it; read once per request. */
export const helpCentre = cache(() => load((context) => call(getPublishedSettings, undefined, { context })))

/** The same for its pages: where it is not public, nobody goes to the sign-in and comes back. */
export async function openHelpCentre() {
  const centre = await helpCentre()
  if (centre.isOpen) return centre
  const { caller } = await pageContext()
  redirect(`/sign-in?next=${encodeURIComponent(caller.headers.get('x-baraza-path') ?? '/kb')}`)
}

/** The language of the help centre that suits whoever looks: theirs, else the workspace's, else any. */
export async function fittingLocale(locales: readonly string[]): Promise<string | undefined> {
  const { desk } = await viewer()
  const { language } = new Intl.Locale(await getLocale())
  const speaks = (wanted: string) => locales.find((each) => new Intl.Locale(each).language === wanted)
  return speaks(language) ?? locales.find((each) => each === desk.locale) ?? speaks(new Intl.Locale(desk.locale).language) ?? locales[0]
}

/** Where the workspace is found: addresses that leave the page are the same on each of its hosts. */
export const workspaceOrigin = cache(async (): Promise<string> => {
  const { caller } = await pageContext()
  const tenant = caller.host ? await resolveHost(caller.host) : null
  return tenant ? originOf(tenant.ref) : ''
})

/** A part of an address as it was typed; what is no text is an address of nothing. */
export function typed(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}

/** A language's name in itself. */
export function languageName(locale: string): string {
  const name = new Intl.DisplayNames(locale, { type: 'language' }).of(locale) ?? locale
  return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1)
}
