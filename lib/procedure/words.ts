import { languageFor } from '../text/language'
import { type Translator, translator } from '../text/translator'
import type { Caller } from './context'

/** The texts in the caller's language: a person's own once it is known who calls, else their browser's, else the workspace's. */
export const wordsFor = ({
  reader,
  headers,
  workspaceLocale,
}: Pick<Caller, 'reader' | 'headers' | 'workspaceLocale'>): Promise<Translator> =>
  translator(languageFor({ person: reader?.locale, browser: headers.get('accept-language'), workspace: workspaceLocale }), reader?.timeZone)
