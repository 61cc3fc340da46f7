import { mailAddress } from '../../core/mail-address'
import { isHard } from './severity'

export interface Line {
  name: string
  value: string
}

/** Our addresses, and the host of all others of ours. */
export interface Own {
  addresses: readonly string[]
  host: string | null
}

export const isOurs = (address: string, { addresses, host }: Own): boolean =>
  addresses.includes(address) || (host !== null && address.endsWith(`@${host}`))

/** What is looked at to say what kind of message one is. */
export interface Evidence {
  from: { email: string; name: string } | null
  senders: { from: { email: string; name: string }[]; returnPath: string[] }
  subject: string
  text: string
  /** What of the text is earlier mail. */
  quotedText: string | null
  refersTo: string[]
  headers: Line[]
  /** Parts that machines write for machines, in groups of fields. */
  reports: { type: string; groups: Line[][] }[]
  /** Headers of messages within this one. */
  enclosed: Line[][]
}

export interface Bounce {
  /** Whom the message did not reach. */
  recipient: string | null
  /** Of the message that came back. */
  messageId: string | null
  /** RFC 3463, such as 5.1.1. */
  status: string | null
  /** The address does not work; what is full, late or refused for its content may arrive another time. */
  isHard: boolean
  /** It did not arrive yet, and the other side goes on trying. */
  isDelayed: boolean
  /** What the server said that refused it, where the report repeats that. */
  diagnosis: string
  /** Whom else it did not reach. */
  others: Failure[]
}

/** One whom a message did not reach. */
export type Failure = Pick<Bounce, 'status' | 'isHard' | 'diagnosis'> & { recipient: string }

export const headerIn = (lines: readonly Line[], name: string): string => lines.find((line) => line.name === name)?.value.trim() ?? ''

const statusPattern = /(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)/
const fieldsOf = (mail: Evidence) => mail.reports.filter(({ type }) => type.endsWith('delivery-status')).flatMap(({ groups }) => groups)

/** What a delivery status (RFC 3464) says: null when there is none, "fine" when nothing went wrong. */
export function deliveryStatus(mail: Evidence, own: Own): Bounce | 'fine' | null {
  const groups = fieldsOf(mail).filter((group) => /recipient/.test(group.map(({ name }) => name).join()) || headerIn(group, 'action'))
  if (groups.length === 0) return null
  const acted = (pattern: RegExp) => groups.find((group) => pattern.test(headerIn(group, 'action')))
  const group =
    acted(/^fail/i) ?? groups.find((one) => !headerIn(one, 'action') && !/^2/.test(headerIn(one, 'status'))) ?? acted(/^delayed/i)
  if (!group) return 'fine'
  const isDelayed = /^delayed/i.test(headerIn(group, 'action'))
  const { recipient, ...failure } = failureOf(group)
  const others = groups
    .filter((one) => one !== group && /^fail/i.test(headerIn(one, 'action')))
    .slice(0, mostFailures)
    .flatMap((one): Failure[] => {
      const { recipient: other, ...rest } = failureOf(one)
      return other ? [{ recipient: other, ...rest }] : []
    })
  return {
    ...failure,
    recipient: recipient ?? recipientIn(mail, own),
    messageId: originalId(mail),
    isHard: !isDelayed && failure.isHard,
    isDelayed,
    others: isDelayed ? [] : others,
  }
}

const mostFailures = 50

/** What the fields of one recipient say. */
function failureOf(group: Line[]) {
  const diagnosis = headerIn(group, 'diagnostic-code')
  const said = statusPattern.exec(headerIn(group, 'status'))?.[1] ?? null
  const closer = statusPattern.exec(diagnosis)?.[1] ?? null
  const status = said === null || /\.0\.0$/.test(said) ? (closer ?? said) : said
  const [first, last] = ['original-recipient', 'final-recipient'].map((name) => headerIn(group, name))
  // The original is written in xtext (RFC 3461), though not by all.
  const decoded = first?.replace(/\+([2-7][0-9A-F])/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  const recipient = [first === last ? first : decoded, first, last].map((field) => addressOf(field ?? '')).find((address) => address)
  return {
    recipient: recipient ?? null,
    status,
    isHard: isHard(status, diagnosis),
    diagnosis: diagnosis.replace(/^\s*smtp\s*;\s*/i, '').replace(/\s+/g, ' '),
  }
}

/** A bounce that is words alone. */
export const bounceInWords = (mail: Evidence, own: Own): Bounce => {
  const text = ownWords(mail)
  const status = statusPattern.exec(text)?.[1] ?? statusPattern.exec(mail.text)?.[1] ?? null
  const isDelayed = isDelay(mail)
  const recipient = recipientIn(mail, own)
  const each = isDelayed ? [] : failuresIn(mail, own)
  const itself = each.find((one) => one.recipient === recipient) ?? { status, isHard: !isDelayed && isHard(status, text), diagnosis: '' }
  const others = each.filter((one) => one.recipient !== recipient)
  return { ...itself, recipient, messageId: originalId(mail), isDelayed, others }
}

/** Of words about several: each begins a line, and what the server said of it follows. None where one alone is named. */
function failuresIn(mail: Evidence, own: Own): Failure[] {
  const text = ownWords(mail)
  const begins = [...text.matchAll(/^[ \t]*<?([^\s<>:;,]+@[^\s<>:;,]+)>?[ \t]*:?/gm)].flatMap(({ 0: line, 1: said, index }) => {
    const recipient = mailAddress(said as string)
    return recipient && !isOurs(recipient, own) && !isMachines.test(recipient) ? [{ recipient, index, from: index + line.length }] : []
  })
  if (new Set(begins.map(({ recipient }) => recipient)).size < 2) return []
  return begins.slice(0, mostFailures).map(({ recipient, from }, n) => {
    const words = text.slice(from, begins[n + 1]?.index)
    // Several in a row share what is said below the last, or above them all.
    const about = words.trim() ? words : text
    const status = statusPattern.exec(about)?.[1] ?? null
    return { recipient, status, isHard: isHard(status, about), diagnosis: '' }
  })
}

const addressOf = (field: string) => mailAddress((field.split(';').at(-1) ?? '').replace(/[<>\s"]/g, ''))

const longest = 20_000
const copyBegins =
  /^[ \t>]*(?:-{2,}.{0,30}(?:below this line|copy of (?:the|your) message|original message|message header|returned message|this is a copy).*|(?:return-path|received|message-id): .*)$/im

/** What the report says itself, without the message that comes back below it. */
export function ownWords({ text }: Evidence): string {
  const begin = text.slice(0, longest)
  const copy = begin.search(copyBegins)
  const before = begin.slice(0, Math.max(copy, 0))
  // Some name the message first, and say then what became of it.
  return before.length > 20 && (before.includes('@') || !bounceWords.test(begin.slice(copy).replace(/^.*$/m, ''))) ? before : begin
}

const address = /[^\s<>()[\]{},;:"'=|\u3000-\u303f\uff00-\uff20]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,250}[\p{L}\p{N}])/gu
/** An address without the words that stand right before and behind it in scripts that leave no space between words. */
const alone = (found: string) =>
  found
    .replace(/\.+$/, '')
    .replace(/^[^\p{ASCII}\p{Script=Latin}]+(?=[\w.+-]+@[\p{ASCII}])/u, '')
    .replace(/(@(?:[a-z0-9-]+\.)+[a-z]{2,24})[^\p{ASCII}\p{Script=Latin}].*$/iu, '$1')
const isMachines = /^(?:mailer-?daemon|postmaster|abuse|hostmaster)@/i

export function recipientIn(mail: Evidence, own: Own): string | null {
  const failed = headerIn(mail.headers, 'x-failed-recipients').split(',')[0]
  const named = failed && mailAddress(failed.replace(/[<>]/g, ''))
  if (named) return named
  const isTheirs = (email: string) => email !== mail.from?.email && !isOurs(email, own)
  const words = `${mail.subject}\n${ownWords(mail)}`.replace(/^[ \t>]*(?:message-id|in-reply-to|references):.*$/gim, '')
  for (const [found] of words.matchAll(address)) {
    const email = mailAddress(alone(found))
    if (email && isTheirs(email) && !isMachines.test(email)) return email
  }
  for (const headers of mail.enclosed) {
    const to = /[^\s<>,;"]+@[^\s<>,;"]+/.exec(headerIn(headers, 'to'))?.[0]
    const email = to && mailAddress(to)
    if (email && isTheirs(email)) return email
  }
  return null
}

const idOf = (value: string) => /<\s*([^<>\s]{1,500})\s*>/.exec(value)?.[1] ?? null

/** The Message-ID of what came back: within it, in a copy below the words, or else what the report refers to. */
export function originalId(mail: Evidence): string | null {
  for (const headers of mail.enclosed) {
    const id = idOf(headerIn(headers, 'message-id'))
    if (id) return id
  }
  const copied = /^[ \t>]*message-id:\s*(<[^<>\s]{1,500}>)/im.exec(mail.text.slice(0, 3 * longest))?.[1]
  return (copied && idOf(copied)) ?? mail.refersTo[0] ?? null
}

const delaySubject =
  /delay|^warning: (?:message|could not send)|still being retried|not (?:yet )?(?:been )?delivered yet|verz[öo]ger|retard|retras|in ritardo|atras|задерж|延迟|遅延/i
const delayWords =
  /not yet been delivered|will (?:continue|keep) (?:to )?(?:try|be)|delivery attempts will continue|will be retried|this is a warning message only|you do not need to resend/i

const isDelay = (mail: Evidence) => delaySubject.test(mail.subject) || delayWords.test(ownWords(mail))

const bounceSubject = new RegExp(
  `^(?:${[
    '(?:mail|message|e-?mail)? ?(?:delivery|system) ?(?:status notification|failed|failure|error|problem|has failed|delayed|report)',
    'undeliver(?:able|ed)\\b(?! parcel| package)', 'undelivered mail returned', 'returned (?:mail|to sender)', 'failure notice', 'failed (?:mail|delivery)',
    'mail (?:failure|could not be delivered|not delivered|system error)', 'message (?:not delivered|undeliverable|delivery)', 'delayed mail',
    'warning: (?:message|could not send)', 'non[- ]?delivery', 'delivery failure', 'rejected(?::?$| posting)', '(?:message|mail|e-?mail) (?:was |has been |is |you sent )?(?:blocked|rejected|refused|bounced|returned)', 'delivery notification: delivery has failed', 'address not found', '(?:could ?n[o\']t|unable to|cannot) (?:be )?deliver',
    'unzustellbar', 'nicht zustellbar', 'nachricht (?:nicht|konnte nicht)', 'zustellung', 'fehler bei der (?:zustellung|nachrichten)', 'mail konnte nicht',
    'non remis', 'échec de (?:la )?(?:remise|distribution)', 'message non (?:remis|distribué)', 'non distribuable',
    'no se (?:puede|pudo|ha podido) entregar', 'no entregado', 'error de entrega', 'correo (?:devuelto|no entregado)',
    'non recapitabile', 'impossibile recapitare', 'mancat[ao] (?:recapito|consegna)', 'messaggio non (?:recapitato|consegnato)',
    'não é possível entregar', 'n[ãa]o entregue', 'falha (?:na|de) entrega', 'mensagem não entregue', 'devolvid[ao]',
    'onbestelbaar', 'niet (?:bezorgd|afgeleverd|bestelbaar)', 'niedostarcz', 'nie dostarczon', 'zwrot', 'teslim edilemedi', 'iletilemedi',
    'недоставлен', 'не доставлен', 'сообщение не доставлено', 'ошибка доставки', 'возвращ', 'не вдалося доставити',
    '配信不能', '配信(?:エラー|できません)', '配達不能', 'メール(?:配信|送信)', '系统退信', '退信', '无法(?:送达|投递)', '無法(?:送達|傳遞)', '未送达', '배달되지', '반송', '전송 ?실패',
    'oleverbart', 'olevererat', '(?:e-?mail|message)? ?(?:not delivered|delivery (?:failure|error))', 'kunde inte levereras', 'kan ikke leveres', 'ikke leveret', 'ei voitu toimittaa', 'toimitus epäonnistui', 'nedoručiteln', 'kézbesíthetetlen', 'nelivrat', 'αδυναμία παράδοσης', 'تعذر التسليم', 'לא ניתן למסירה',
  ].join('|')})`,
  'iu',
) // biome-ignore format: a list reads better than a column

const bounceWords = new RegExp(
  [
    'qmail-send program', 'this is the mail system at host', 'created automatically by (?:the )?mail', '(?:could|can) ?n[o\']t be (?:delivered|reached)', 'is not deliverable',
    'unable to deliver', 'was not delivered', 'wasn.t delivered', 'did not reach', 'delivery (?:has )?failed', 'undeliverable', 'has not yet been delivered', 'failed permanently',
    'permanent (?:fatal )?error', 'transcript of session', 'address(?:es)? (?:couldn.t be|not) found', 'returned to sender', 'error occurred while trying to deliver', 'bounced',
    'recipient address rejected', 'user unknown', 'message you sent (?:was |has been )?blocked', 'your (?:message|e-?mail) .{0,120}was (?:blocked|rejected|refused)', 'invalid recipient', 'unknown user', 'no such user', 'mailbox (?:is )?full', 'over quota', 'domain not found',
    'konnte nicht zugestellt', 'nicht zugestellt werden', "n'a pas pu être (?:remis|distribué|délivré)", 'no se (?:pudo|ha podido) entregar', 'impossibile (?:recapitare|consegnare)',
    'não pôde ser entregue', 'kon niet worden (?:bezorgd|afgeleverd)', 'nie zosta[łl]a? dostarczon', 'teslim edilemedi', 'не было доставлено', 'не удалось доставить', '配信できません', '退回', '无法送达', '배달되지',
  ].join('|'),
  'iu',
) // biome-ignore format: a list reads better than a column

/** Some put whom it is from before it, in brackets, or signs around it. */
const withoutBrackets = (subject: string) => subject.trim().replace(/^(?:\[[^\]]{1,40}\]|[*#!\s-]{1,10})\s*/, '')

export const saysBounce = (mail: Evidence) => ({
  subject: bounceSubject.test(withoutBrackets(mail.subject)),
  words: bounceWords.test(ownWords(mail)),
})
