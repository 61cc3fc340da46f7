import { languageFor } from '../text/language'
import { type Translator, translator } from '../text/translator'
import type { Caller } from './context'

/** The texts in the caller's language: a person's own once it is known who calls, until then their browser's. */
export const wordsFor = ({ reader, headers }: Pick<Caller, 'reader' | 'headers'>): Promise<Translator> =>
  translator(languageFor({ person: reader?.locale, browser: headers.get('accept-language') }), reader?.timeZone)
