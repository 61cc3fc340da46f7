import { LRUCache } from 'lru-cache'
import { createTranslator, type Messages } from 'use-intl/core'
import en from '../../messages/en.json'
import { formats } from './formats'
import { type Language, loaders } from './generated/languages'
import { directionOf, languageFor, localeOf } from './language'

/** For what is no single reader's: logs, the titles of problem documents. */
export const english = createTranslator({ locale: localeOf('en'), messages: en, timeZone: 'UTC', formats })
export type Translator = typeof english

const loaded = new Map<Language, Promise<Messages>>()

/** The texts of a language, English where it has none. */
export function messagesOf(language: Language): Promise<Messages> {
  const known = loaded.get(language) ?? loaders[language]().then((own) => merge(en, own) as Messages)
  loaded.set(language, known)
  return known
}

/** A message that was compiled by the build is an array: a leaf. */
function merge(base: unknown, own: unknown): unknown {
  if (typeof base !== 'object' || base === null || Array.isArray(base)) return own ?? base
  const given = (own ?? {}) as Record<string, unknown>
  return Object.fromEntries(Object.entries(base).map(([key, value]) => [key, merge(value, given[key])]))
}

const localesOf = new WeakMap<Translator, string>()

async function make(language: Language, timeZone: string): Promise<Translator> {
  const locale = localeOf(language)
  const made = createTranslator({ locale, messages: await messagesOf(language), timeZone, formats })
  localesOf.set(made, locale)
  return made
}

/** The attributes of a document that a translator's texts make up. */
export function documentOf(t: Translator): { lang: string; dir: 'ltr' | 'rtl' } {
  const lang = localesOf.get(t) ?? localeOf('en')
  return { lang, dir: directionOf(lang) === 'rtl' ? 'rtl' : 'ltr' }
}

// Making one takes 0.25 ms, a message a hundredth of it.
const made = new LRUCache<string, Promise<Translator>>({ max: 200 })

/** For what is written outside of a page: mails, notifications, errors. `t('mails.locked.subject', {…})` */
export function translator(language: Language, timeZone = 'UTC'): Promise<Translator> {
  const key = `${language} ${timeZone}`
  const known = made.get(key) ?? make(language, timeZone)
  made.set(key, known)
  return known
}

/** For what a person reads who is not asking right now: in their own language, else in their workspace's. */
export const translatorFor = (
  { locale, timeZone }: { locale: string | null; timeZone: string | null },
  workspace: { locale: string },
): Promise<Translator> => translator(languageFor({ person: locale, workspace: workspace.locale }), timeZone ?? undefined)

/** For texts that are stored and that many people read, such as the preview of a merged ticket. */
export const workspaceTranslator = ({ locale }: { locale: string }): Promise<Translator> => translator(languageFor({ workspace: locale }))
