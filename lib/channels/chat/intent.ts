import { foldText } from '../../core/words'
import type { Intent } from './values'

export interface Understood {
  intent: Intent
  /** From 0 to 1. */
  confidence: number
}

/** A rule of each language, over folded text: small letters without accents. */
interface Words {
  greeting: string
  person: string
  create: string
  status: string
  question: string
  /** Directly before what is asked for: it is not asked for. */
  not: string
}

const languages: Words[] = [
  {
    greeting: '(?:hi|hello|hey)(?: there)?|hiya|greetings|good (?:morning|afternoon|evening|day)|how are you',
    person:
      '(?:talk|speak|chat|connect me|put me through|transfer me) (?:to|with) (?:a |an |your |some ?)?(?:real |live |actual )?(?:human|person|people|agent|one|body|somebody|someone|operator|representative|colleague|member of (?:your )?staff|supervisor|manager)|(?:need|want|get me|give me) (?:a |an )(?:real |live |actual )?(?:human|person|agent|operator|representative)|(?:live|human) (?:agent|support|help)|(?:real|actual) (?:human|person)',
    create:
      '(?:open|create|raise|submit|file|log|make|start) (?:a |an |another )?(?:new )?(?:support )?(?:ticket|request|case|complaint)|(?:want|like|have|wish) to complain',
    status:
      '(?:status|progress|state) (?:of|on|with) (?:my |the |our |this )?(?:support )?(?:ticket|request|case|complaint)|(?:news|update|updates) (?:on|about|for|of) (?:my |the |our |this )?(?:support )?(?:ticket|request|case|complaint)|(?:happened|happening) (?:to|with) my (?:ticket|request|case|complaint)|(?:my|the) (?:ticket|request|case) status',
    question: 'how|what|where|when|why|which|who|can|could|may|is|are|do|does|did|will|would|should|must|am',
    not: 'not|cannot|(?:do|does|did|would|ca|wo|should|is)n t|never|without|no need|rather than|instead of',
  },
  {
    greeting: 'hallo|guten (?:tag|morgen|abend)|moin|servus|gruss gott|grussgott|gruezi|wie geht s|wie gehts',
    person:
      'mit (?:einem |einer |dem |ihrem )?(?:echten |richtigen )?(?:menschen|mitarbeiter(?:in)?|person|berater(?:in)?|jemandem|kollegen) (?:sprechen|reden|chatten|verbinden|verbunden)|(?:echten|richtigen) menschen|menschlichen? (?:mitarbeiter|hilfe)',
    create:
      '(?:ticket|anfrage|fall|beschwerde) (?:zu )?(?:erstellen|offnen|eroffnen|aufgeben|stellen|einreichen|anlegen)|(?:erstelle|eroffne|offne) (?:ein |eine |einen )?(?:ticket|anfrage|fall)|mich beschweren',
    status:
      '(?:stand|status) (?:meiner|meines|der|des) (?:anfrage|tickets?|falls|beschwerde)|neues zu (?:meiner|meinem) (?:anfrage|ticket|fall)',
    question: 'wie|was|wo|wohin|wann|warum|wieso|welche|welcher|welches|wer|kann|konnen|konnte|darf|gibt|ist|sind|muss|habt|haben',
    not: 'nicht|kein|keine|keinen|ohne|nie',
  },
  {
    greeting: 'bonjour|bonsoir|salut|coucou|comment allez vous|comment ca va',
    person:
      '(?:parler|discuter|echanger) (?:a|avec) (?:une? |votre |quelqu )?(?:vraie? )?(?:humain|personne|agent|conseiller|conseillere|operateur|un)|vraie personne|etre humain|conseiller humain',
    create:
      '(?:ouvrir|creer|soumettre|deposer|envoyer|faire) (?:un |une )?(?:nouveau |nouvelle )?(?:ticket|demande|dossier|reclamation|plainte)|(?:veux|voudrais|souhaite) me plaindre',
    status:
      '(?:statut|etat|avancement|suivi) (?:de|du) (?:ma |mon |la |le )?(?:ticket|demande|dossier|reclamation)|ou en est (?:ma|mon) (?:ticket|demande|dossier|reclamation)|nouvelles de (?:ma|mon) (?:ticket|demande|dossier|reclamation)',
    question: 'comment|quoi|que|qu|ou|quand|pourquoi|quel|quelle|quels|quelles|qui|puis|peut|pouvez|est|dois|combien',
    not: 'pas|jamais|sans|ne veux pas|plutot que',
  },
  {
    greeting: 'habari(?: (?:za|ya) (?:asubuhi|mchana|jioni|leo))?|hujambo|jambo|mambo|salamu|shikamoo|hamjambo',
    person:
      '(?:kuongea|kuzungumza|niongee|nizungumze|kuongeleshwa) na (?:mtu|binadamu|mhudumu|wakala|mfanyakazi)|(?:nataka|nahitaji|naomba) (?:mtu|mhudumu|wakala)|mtu halisi',
    create:
      '(?:kufungua|fungua|nifungue|kutuma|tuma|kuwasilisha|wasilisha|kuandika) (?:tiketi|ombi|malalamiko|lalamiko|kesi)|(?:nataka|naomba) kulalamika',
    status:
      '(?:hali|maendeleo) ya (?:tiketi|ombi|malalamiko|lalamiko|kesi) (?:yangu|langu)|(?:tiketi|ombi|kesi) (?:yangu|langu) (?:imefika|limefika) wapi',
    question: 'je|nini|wapi|lini|kwa nini|vipi|namna gani|jinsi gani|nani|gani|naweza|ninaweza|ngapi',
    not: 'si|sitaki|bila|sio',
  },
  {
    greeting: 'مرحبا|اهلا(?: وسهلا)?|السلام عليكم|سلام|صباح الخير|مساء الخير|كيف حالك',
    person: '(?:التحدث|الحديث|الكلام|اتحدث|اتكلم|التواصل|اتواصل) (?:مع|الى) (?:شخص|انسان|موظف|ممثل|احد|وكيل|بشر)|شخص حقيقي|موظف حقيقي',
    create: '(?:فتح|انشاء|تقديم|ارسال|افتح|اقدم|رفع) (?:تذكرة|تذكره|طلب|شكوى|شكوي|بلاغ)|اريد ان اشتكي',
    status:
      '(?:حالة|حاله|وضع|متابعة|متابعه) (?:تذكرتي|طلبي|شكواي|بلاغي|التذكرة|التذكره)|ماذا حدث (?:لطلبي|لتذكرتي|لشكواي)|اين وصل(?:ت)? (?:طلبي|تذكرتي|شكواي)',
    question: 'كيف|ما|ماذا|اين|متى|متي|لماذا|هل|من|كم|اي|ايمكن',
    not: 'لا|ليس|بدون|بلا|لا اريد',
  },
]

const anyOf = (part: Exclude<keyof Words, 'not'>) => languages.map((words) => words[part]).join('|')
const not = languages.map((words) => words.not).join('|')
const start = '(?<=^| )'
const end = '(?= |$)'

/** What may stand between "not" and what is asked for: "I don't want to talk to a person". */
const between = '(?: (?:want|wish|like|need|have|having|to|mochte|will|veux|voudrais|souhaite|nataka|kutaka|اريد|ان|احتاج)){0,3} '
const asks = (part: 'person' | 'create' | 'status') => ({
  said: new RegExp(`${start}(?:${anyOf(part)})${end}`),
  denied: new RegExp(`${start}(?:${not})${between}(?:${anyOf(part)})${end}`),
})
const rules = { talk_to_person: asks('person'), create_ticket: asks('create'), ticket_status: asks('status') }
const greeting = new RegExp(`^(?:${anyOf('greeting')})${end} ?`)
const question = new RegExp(`^(?:${anyOf('question')})${end}`)
/** A ticket's number, as it is written to who asked. */
const numbered = /\b[A-Z][A-Z0-9]{1,9}-\d{1,9}\b/
const mostRead = 500

/** Words with one space between them. */
const plain = (message: string): string =>
  foldText(message.slice(0, mostRead))
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** A message without the greetings it begins with, folded. */
function withoutGreeting(text: string): string {
  let rest = text
  for (let before = ''; before !== rest; ) {
    before = rest
    rest = rest.replace(greeting, '').trim()
  }
  return rest
}

/**
 * What a visitor wants, by rules in English, German, French, Swahili and Arabic. What no rule knows is a general question: to search for an
 * answer does no harm, to make a ticket that nobody asked for does.
 */
export function intentOf(message: string): Understood {
  const text = plain(message)
  const rest = withoutGreeting(text)
  if (rest === '') return { intent: text === '' ? 'general_question' : 'greeting', confidence: text === '' ? 0 : 0.95 }
  const said = (['talk_to_person', 'create_ticket', 'ticket_status'] as const).filter(
    (intent) => rules[intent].said.test(rest) && !rules[intent].denied.test(rest),
  )
  // Of two that are asked for in one message, the person decides with whoever they talk to.
  if (said[0]) return { intent: said[0], confidence: said.length > 1 ? 0.6 : 0.9 }
  if (numbered.test(message.slice(0, mostRead))) return { intent: 'ticket_status', confidence: 0.7 }
  if (/[?？؟]/.test(message) || question.test(rest)) return { intent: 'search_kb', confidence: 0.8 }
  return { intent: 'general_question', confidence: 0.5 }
}
