import { foldText } from '../core/words'
import { type ImportMapping, type ImportTarget, importTargets } from './schema'

const which =
  '(?:(?:primary|main|work|home|other|secondary|alternate|additional|business|private|personal|company|office|contact|user|customer|dienstlich|privat|geschaftlich)e? )?'
const count = '(?: ?\\d+)?(?: value)?'

/**
 * What columns are called in English and in the exports of Zendesk, Freshdesk, Outlook and Google, in German and in some other
 * languages. The whole name must fit: "Email Opt Out" and "E-mail 1 - Type" are no addresses.
 */
const names: Record<ImportTarget, RegExp> = {
  email: new RegExp(
    `^(?:${which}(?:e ?mails?|mail)(?: ?(?:address(?:es)?|adresse?n?))?${count}(?: address)?|adresse (?:e ?)?mail|courriel|correo(?: electronico)?|barua pepe)$`,
  ),
  name: /^(?:(?:full|display|contact|customer|user|requester|complete)? ?names?|name|contact|customer|kunde|kontakt|ansprechpartner|vollstandiger name|nom complet|nombre completo|jina|file as)$/,
  firstName: /^(?:(?:first|given|fore|middle|additional) ?names?|vornamen?|zweiter vorname|prenom|nombre|jina la kwanza)$/,
  lastName: /^(?:(?:last|family|sur) ?names?|nachname|familienname|nom(?: de famille)?|apellidos?|cognome|jina la mwisho)$/,
  phone: new RegExp(
    `^${which}(?:(?:tele)?phones?|mobile|cell|tel|telefono?|telefon|handy|mobil|mobiltelefon|simu|fon)(?: ?(?:phone|numbers?|nummer|no|nr))?${count}$|^(?:telefon|mobil|handy)nummer$`,
  ),
  organisation:
    /^(?:(?:organi[sz]ation|company|account|business|firma|unternehmen|societe|entreprise|empresa|azienda|kampuni)(?: ?name)?|organi[sz]ation 1 name)$/,
  tier: /^(?:(?:support |customer )?(?:tier|level|plan)|stufe)$/,
  tags: /^(?:tags?|labels?|categories|group membership|schlagworte|kategorien|etiquettes)$/,
  notes: /^(?:notes?|comments?|remarks?|about|details|bemerkung(?:en)?|notizen|anmerkungen)$/,
}

/** Several columns of these are taken together. */
const manyOf = new Set<ImportTarget>(['email', 'phone', 'firstName', 'tags'])

const plain = (column: string) =>
  foldText(column.replace(/([a-z])([A-Z])/g, '$1 $2'))
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** What each column most likely is. */
export function guessMapping(columns: readonly string[]): ImportMapping {
  const mapping: ImportMapping = {}
  for (const target of importTargets)
    for (const column of columns) {
      if (mapping[column] || !names[target].test(plain(column))) continue
      mapping[column] = target
      if (!manyOf.has(target)) break
    }
  return mapping
}
