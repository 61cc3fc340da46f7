import { asksForProof, autoReplySubject, endsAsAutoReply, isAnswerInFront, isNumbered, saysAutomated, saysAutoReply } from './auto-reply'
import {
  type Bounce,
  bounceInWords,
  deliveryStatus,
  type Evidence,
  headerIn,
  isOurs,
  type Own,
  originalId,
  recipientIn,
  saysBounce,
} from './bounce'

/** What is known of how a message came, beside its bytes. */
export interface Envelope {
  /** Empty for the null path; null when it is not known. */
  returnPath: string | null
  own: Own
}

export type MailKind = 'human' | 'auto-reply' | 'bounce' | 'complaint' | 'list' | 'report'

const reasonCodes = [
  'delivery_status', 'delivered', 'daemon', 'failed_recipients', 'bounce_words', 'feedback_report', 'disposition_notification', 'other_report',
  'auto_submitted', 'auto_reply_header', 'auto_reply_subject', 'response_suppressed', 'null_path', 'precedence', 'list_header', 'no_reply_address', 'machine_address',
  'own_address', 'own_loop_header', 'spam_verdict', 'no_sender',
] as const // biome-ignore format: a list reads better than a column
export type ReasonCode = (typeof reasonCodes)[number]

export interface Classified {
  kind: MailKind
  signs: {
    /** The sender says that nobody reads answers. */
    noReply: boolean
    /** Written by a machine, in answer or not. */
    automatic: boolean
    /** It was ours before. */
    ownLoop: boolean
    /** A filter on the way found it to be spam. */
    spam: boolean
    /** Nothing but its words says that it is an automatic reply or a bounce: they may be a person's. */
    wordsAlone: boolean
  }
  /** Of a bounce. */
  bounce: Bounce | null
  /** Of a complaint: who complains about what. */
  complaint: { recipient: string | null; messageId: string | null } | null
  /** Whether a machine of ours may answer it. */
  mayAcknowledge: boolean
  reasons: ReasonCode[]
}

/** Says what kind of message one is, before anything acts upon it: a function of what was read and how it came. */
export function classify(mail: Evidence, envelope: Envelope): Classified {
  const reasons = new Set<ReasonCode>()
  const signs = signsOf(mail, envelope, reasons)
  const { kind, bounce, complaint } = kindOf(mail, envelope, reasons)
  if (!mail.from) reasons.add('no_sender')
  const automatic = signs.automatic || ['auto-reply', 'bounce', 'complaint', 'report'].includes(kind)
  const { noReply, ownLoop, spam } = signs
  // What begins as an automatic reply does may be one in a language that we do not read.
  const words = mail.quotedText ? mail.text.replace(mail.quotedText, '') : mail.text
  const isDoubtful =
    kind === 'human' &&
    (autoReplySubject(mail.subject) !== null ||
      isAnswerInFront(mail) ||
      endsAsAutoReply(mail.subject) ||
      asksForProof(mail.subject) ||
      saysAutomated(words))
  if (isDoubtful) reasons.add('auto_reply_subject')
  const mayAcknowledge = !isDoubtful && kind === 'human' && !automatic && !noReply && !ownLoop && !spam && mail.from !== null
  return {
    kind,
    signs: {
      ...signs,
      automatic,
      wordsAlone: ['auto-reply', 'bounce'].includes(kind) && [...reasons].every((reason) => fromWords.has(reason)),
    },
    bounce: bounce ?? null,
    complaint: complaint ?? null,
    mayAcknowledge,
    reasons: [...reasons],
  }
}

const fromWords: ReadonlySet<ReasonCode> = new Set(['auto_reply_subject', 'bounce_words'])

type Kind = Pick<Classified, 'kind'> & Partial<Pick<Classified, 'bounce' | 'complaint'>>

function kindOf(mail: Evidence, envelope: Envelope, reasons: Set<ReasonCode>): Kind {
  const because = (reason: ReasonCode, kind: Kind): Kind => {
    reasons.add(reason)
    return kind
  }
  const header = (name: string) => headerIn(mail.headers, name)
  const isReport = /^\s*multipart\/report/i.test(header('content-type'))
  const isAboutMail = isReport || isDaemon(mail) || hasNullPath(mail, envelope)
  // Whoever forwards a report writes something above it.
  const isNoForward = isAboutMail || !isAnswer.test(mail.subject)

  const feedback = mail.reports.find(({ type }) => type === 'message/feedback-report')
  if (feedback && isNoForward) {
    const fields = feedback.groups.flat()
    if (/^(?:auth-failure|dmarc|not-spam)/i.test(headerIn(fields, 'feedback-type'))) return because('other_report', { kind: 'report' })
    return because('feedback_report', { kind: 'complaint', complaint: complaintOf(mail, fields, envelope.own) })
  }
  const isComplaint = headerIn(mail.headers, 'x-hmxmroriginalrecipient') || /^complaint about message from [\d.:a-f]+$/i.test(mail.subject)
  if (isComplaint && isNoForward && mail.enclosed.length > 0)
    return because('feedback_report', { kind: 'complaint', complaint: complaintOf(mail, mail.enclosed.flat(), envelope.own) })
  // A report wins over whatever else its headers say: many say "auto-replied" as well.
  if (isNoForward && mail.reports.some(({ type }) => type.endsWith('disposition-notification')))
    return because('disposition_notification', { kind: 'report' })
  const status = isAboutMail ? deliveryStatus(mail, envelope.own) : null
  if (status === 'fine') return because('delivered', { kind: 'report' })
  if (status) return because('delivery_status', { kind: 'bounce', bounce: status })
  if (
    header('tls-report-domain') ||
    /report-type="?(?:tlsrpt|disposition)/i.test(header('content-type')) ||
    // What Italian certified mail says of the way of a message.
    header('x-ricevuta') ||
    /^\[?.{0,40}report domain: .*submitter: /i.test(mail.subject)
  )
    return because('other_report', { kind: 'report' })
  if ((isReport || isDaemon(mail)) && saysDelivered(mail)) return because('delivered', { kind: 'report' })
  const inWords = bounceReason(mail, envelope, isReport)
  if (inWords) return because(inWords, { kind: 'bounce', bounce: bounceInWords(mail, envelope.own) })
  if (isReport) return because('other_report', { kind: 'report' })
  const reply = autoReplyReason(mail, envelope)
  if (reply) return because(reply, { kind: 'auto-reply' })
  if (mail.headers.some(({ name }) => isListHeader.test(name))) return because('list_header', { kind: 'list' })
  if (/^(?:list|bulk|junk)\b/i.test(header('precedence'))) return because('precedence', { kind: 'list' })
  return { kind: 'human' }
}

const isListHeader =
  /^(?:list-(?:id|post|unsubscribe|unsubscribe-post|help|subscribe|owner|archive)|mailing-list|x-mailing-list|x-mailman-version|x-list)$/

function complaintOf(mail: Evidence, fields: { name: string; value: string }[], own: Own) {
  const said = /[^\s<>;,]+@[^\s<>;,]+/
    .exec(headerIn(fields, 'original-rcpt-to') || headerIn(fields, 'x-hmxmroriginalrecipient'))?.[0]
    ?.toLowerCase()
  return { recipient: said ?? recipientIn(mail, own), messageId: originalId(mail) }
}

/** Some write their From without a domain, so that it is no address. */
function isDaemon(mail: Evidence): boolean {
  const from = headerIn(mail.headers, 'from')
  return /^[\s"<]*mailer-?daemon\b|<mailer-?daemon\b|\bmailer-?daemon@/i.test(from)
}

function hasNullPath({ senders: { returnPath } }: Evidence, envelope: Envelope): boolean {
  if (envelope.returnPath !== null) return envelope.returnPath.replace(/[<>\s]/g, '') === ''
  return returnPath.length > 0 && returnPath.every((path) => path === '')
}

const mailSystems = /^(?:postmaster|mail-?(?:system|router|delivery)|mdaemon|microsoftexchange[0-9a-f]+)@/i
const mailSystemNames =
  /mail delivery|mailer.?daemon|mail router|^(?:the )?mail ?system$|^system administrator$|postmaster|microsoft outlook/i
const isAnswer = /^(?:re|aw|fwd?|wg|sv|rv|tr)\s?:/i

/** What a mail system says where all went well, and says of nothing that it did not. */
const saysDelivered = (mail: Evidence) => {
  const says = saysBounce(mail)
  const words = mail.text.slice(0, 2000)
  return (
    !says.words &&
    (/^(?:relayed|delivered|expanded)\s?:/i.test(mail.subject) ||
      /\bsuccess|\b(?:has been|was) (?:delivered|relayed|read|opened)|\bis complete\b/i.test(words))
  )
}

/** Why a message without fields is a bounce all the same; null when it is none. */
function bounceReason(mail: Evidence, envelope: Envelope, isReport: boolean): ReasonCode | null {
  if (isAnswer.test(mail.subject) && !isDaemon(mail)) return null
  if (headerIn(mail.headers, 'x-failed-recipients')) return 'failed_recipients'
  if (isDaemon(mail)) return 'daemon'
  const says = saysBounce(mail)
  const isSystem = mailSystems.test(mail.from?.email ?? '') || mailSystemNames.test(mail.from?.name ?? '')
  const isWithoutReturn = hasNullPath(mail, envelope)
  if (isReport && (says.subject || says.words)) return 'bounce_words'
  if (isSystem && says.subject && isWithoutReturn) return 'bounce_words'
  // A person may be called "System Administrator", and ask why mail to us is undeliverable.
  const isSurely = mailSystems.test(mail.from?.email ?? '') && says.words
  if (isSurely && says.subject && recipientIn(mail, envelope.own)) return 'bounce_words'
  // What else a mail system writes to nobody's answer, and names an address in, is about mail that did not reach it.
  const names = isSystem && isWithoutReturn && !saysDelivered(mail)
  if (names && (says.words || recipientIn(mail, envelope.own))) return 'bounce_words'
  if (isWithoutReturn && says.subject) return 'bounce_words'
  if (isWithoutReturn && !mail.from && says.words && recipientIn(mail, envelope.own)) return 'bounce_words'
  const isAutomatic = /^auto-/i.test(headerIn(mail.headers, 'auto-submitted'))
  // A form on a website says to whom to answer.
  const isForm = headerIn(mail.headers, 'reply-to') !== ''
  return isAutomatic && !isForm && says.subject && says.words && !saysAutoReply(mail) ? 'bounce_words' : null
}

/** Of one program or another: X-Autoreply, X-FC-Autoreply, X-Autoreply-From, X-Auto-Responder. X-Auto-Response-Suppress is none. */
const autoReplyHeader =
  /^x-(?:[a-z]+-)?(?:auto-?(?:reply|replied|respond(?:er)?|response|answer)|vacation)(?:-(?:from|to|loop|message|id|subject))?$/

function autoReplyReason(mail: Evidence, envelope: Envelope): ReasonCode | null {
  const header = (name: string) => headerIn(mail.headers, name).toLowerCase()
  const submitted = submittedOf(mail)
  if (submitted === 'auto-replied') return 'auto_submitted'
  if (mail.headers.some(({ name, value }) => autoReplyHeader.test(name) && !/^\s*(?:no\s*)?$/i.test(value))) return 'auto_reply_header'
  if (/^auto[_-]reply/.test(header('precedence')) || /^auto[_-]reply/.test(header('x-precedence'))) return 'auto_reply_header'
  if (
    /reply/.test(header('x-autogenerated')) ||
    /autorespond/.test(header('delivered-to')) ||
    /autorespond/.test(header('x-post-messageclass'))
  )
    return 'auto_reply_header'
  if (saysAutoReply(mail) && !isListed(mail)) return 'auto_reply_subject'
  if (submitted.startsWith('auto-') && suppresses(mail) && mail.refersTo.length > 0) return 'response_suppressed'
  return hasNullPath(mail, envelope) && (mail.refersTo.length > 0 || isNumbered(mail.subject)) ? 'null_path' : null
}

const isListed = (mail: Evidence) => mail.headers.some(({ name }) => name === 'list-id' || name === 'list-post')
const submittedOf = (mail: Evidence) => /^\s*([\w-]*)/.exec(headerIn(mail.headers, 'auto-submitted'))?.[1]?.toLowerCase() ?? ''
const suppresses = (mail: Evidence) => /\b(?:all|autoreply|oof)\b/i.test(headerIn(mail.headers, 'x-auto-response-suppress'))

const noReplyAddress =
  /(?:^|[._+-])(?:no|not|do[._-]?not|dont|don't|never)[._-]?(?:reply|respon(?:d|se)|answer)|(?:^|[._-])(?:unmonitored|unattended)(?:[._-]|@)|(?:^|[._-])(?:ne[._-]?pas[._-]?repondre|nepasrepondre|(?:bitte[._-]?)?nicht[._-]?antworten|keine[._-]?antwort|no[._-]?(?:responder|responda|contestar)|nao[._-]?(?:responder|responda)|non[._-]?rispondere|geen[._-]?antwoord|niet[._-]?(?:beantwoorden|reageren)|(?:ikke|inte|ei)[._-]?(?:svare?|besvare?s|vastaa)|svare?[._-]?(?:ikke|inte|ej)|ala[._-]?vastaa|neodpovid[a-z]*|ne[._-]?valaszolj[a-z]*|nu[._-]?raspunde[a-z]*|nie[._-]?odpowiadaj|yanitlamayin)|^[^@]+@(?:[^@]+\.)?no-?reply\./i
const machineAddress =
  /^(?:mailer-?daemon|postmaster|daemon|root|cron|nobody|www-data|apache|nginx|nagios|zabbix|bounces?(?:-?handler)?|listserv|majordomo|mdaemon|auto-?re(?:ply|sponse|sponder)|owner-[^@]+|[^@]+-bounces)(?:[+=-][^@]*)?@/i

const listAddress =
  /^(?:owner-[^@]+|[^@]+-(?:request|owner|bounces|admin|(?:un)?subscribe|join|leave))@|@(?:lists?|mailman|groups)\.|@(?:googlegroups|yahoogroups|groups\.io|freelists)\./i

/** Whether no single person reads what is sent to an address, as far as its name says so. */
export const isNobodys = (address: string): boolean =>
  noReplyAddress.test(address) || machineAddress.test(address) || listAddress.test(address)

/** Whether nobody reads what is sent to an address. */
export const isUnanswerable = (address: string): boolean => noReplyAddress.test(address) || machineAddress.test(address)

function signsOf(mail: Evidence, envelope: Envelope, reasons: Set<ReasonCode>): Omit<Classified['signs'], 'wordsAlone'> {
  const because = (reason: ReasonCode, holds: boolean) => {
    if (holds) reasons.add(reason)
    return holds
  }
  const email = mail.from?.email ?? ''
  const submitted = submittedOf(mail)
  const automatic = [
    because('auto_submitted', submitted !== '' && submitted !== 'no'),
    because('response_suppressed', suppresses(mail)),
    because('null_path', hasNullPath(mail, envelope)),
    because('machine_address', machineAddress.test(email) || isDaemon(mail) || headerIn(mail.headers, 'x-cron-env') !== ''),
  ]
  const ownLoop = [
    because('own_address', email !== '' && isOurs(email, envelope.own)),
    because(
      'own_loop_header',
      mail.headers.some(({ name, value }) => name === 'x-loop' && isOurs(value.replace(/[<>\s]/g, '').toLowerCase(), envelope.own)),
    ),
  ]
  return {
    noReply: because('no_reply_address', noReplyAddress.test(email)),
    automatic: automatic.includes(true),
    ownLoop: ownLoop.includes(true),
    spam: because(
      'spam_verdict',
      spamVerdicts.some(([name, verdict]) => mail.headers.some((line) => line.name === name && verdict.test(line.value.trim()))),
    ),
  }
}

/** What filters of providers write. Whoever forges one makes spam of their own mail. */
const spamVerdicts: [header: string, verdict: RegExp][] = [
  ['x-mailgun-sflag', /^yes/i],
  ['x-spam-flag', /^yes/i],
  ['x-spam-status', /^yes/i],
  ['x-spam', /^yes/i],
  ['x-ses-spam-verdict', /^fail/i],
  ['x-ses-virus-verdict', /^fail/i],
  ['x-ms-exchange-organization-scl', /^[5-9]$/],
  ['x-forefront-antispam-report', /\bSFV:SPM\b|\bSFV:SKS\b|\bCAT:(?:SPM|HSPM|PHSH|HPHISH|MALW)\b|\bSCL:[5-9]\b/],
  ['x-yandex-spam', /^4/],
  ['x-gnd-status', /^spam/i],
]
