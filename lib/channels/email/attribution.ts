/** Where a line of a mail says that an earlier message follows, in the languages and words of the usual programs. */

/** No line that is longer announces anything; patterns see nothing beyond it, so that they take the same time for each line. */
const longestHead = 500
const mostLines = 4

/** A line without signs that are not seen, without emphasis, and cut. */
export const plainLine = (text: string): string =>
  text
    .slice(0, longestHead)
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffc]/g, '')
    .replace(/[\s\u00a0]+/g, ' ')
    .trim()

const languages =
  // not-words: codes of languages
  'en de fr es it pt nl pl ru tr sv da nb fi cs ja zh ko ar he hu uk el ro vi id ca sk hr bg th lt lv et sl sr fa hi sw am eu gl is mk bs hy ka bn ta tl ms az kk'.split(
    ' ',
  )

/** Small words around dates and names. */
const smallWords = new Set(
  // not-words: as mails have them
  `mnamo tarehe saa ጥዋት ከሰዓት ላይ on at um uhr am le à el a las los il giorno alle ore em às op om den kl klo w dniu dnia o godz v ve saat u na в о la στις σε vào lúc pada pukul
  de del dia les г р tarihinde şunu şunları heeft het volgende ezt időpont użytkownik użytkownika ο η χρήστης odesílatel от від from von via pm gmt
  utc est edt cst cdt mst mdt pst pdt cet cest bst eat ist msk p m π μ μμ πμ s th thg the of for and und et y e da di do dos du der van ter den la bin
  al il missatge message mensaje i το το erabiltzaileak hau թ si nang noong you vous sie usted вы voi st nd rd ha has je har o'clock h keltezéssel by во ное par por przez door av af tarafından`.split(
    /\s+/,
  ),
)
const openers = new Set(
  // not-words: as mails have them
  'mnamo tarehe on am le el il em op den w dnia στις vào pada в на in missatge message at у dana dne den la 在 于 於 pe'.split(' '),
)
const isWord = (word: string) => smallWords.has(word) || isName(word)
const isOpener = (word: string) => openers.has(word) || isName(word)

let names: Set<string> | undefined
/** Of a day or month. They are worked out when the first mail is read, which takes a third of a second. */
function isName(word: string) {
  names ??= new Set(languages.flatMap(namesIn))
  return names.has(word)
}

function namesIn(language: string): string[] {
  const names: string[] = []
  for (const style of ['long', 'short'] as const) {
    // not-words: names of days and months as others write them
    const format = new Intl.DateTimeFormat(language, { weekday: style, day: 'numeric', month: style, year: 'numeric', timeZone: 'UTC' })
    for (let n = 0; n < 12; n++)
      for (const { type, value } of format.formatToParts(Date.UTC(2026, n, 1 + n)))
        if (type === 'weekday' || type === 'month') names.push(...(value.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? []))
  }
  return names
}

const alone = (list: string) => `(?<![\\p{L}\\p{M}])(?:${list})(?![\\p{L}\\p{M}])`
const wrote = new RegExp(
  `${alone(
    `wrote|writes|schrieb|schrieben|geschrieben|a écrit|avez écrit|écriviez|escribió|escribio|ha scritto|escreveu|schreef|napisał|napisała|napisał\\(a\\)|pisze|пишет|написал|написала|писали|
    |писал|пише|написав|yazdı|skrev|kirjoitti|napsal|napsala|napísal|napísal\\(a\\)|írta|a scris|έγραψε|menulis|đã viết|napisao|napisala|је написао|
    |написа|напиша|aliandika|ameandika|waliandika|va escriure|idatzi du|escribiu|დაწერა|գրել է|লিখেছেন|எழுதியது|жазды|yazıb|sumulat|skrifaði|rašė|rakstīja|kirjutas|כתב|כתבה|כתב/ה|نوشت|كتب|missatge de`.replace(
      /\s*\n\s*\|?/g,
      '',
    ),
  )}|写道|寫道|のメール|书写|さんは書きました|님이 작성|쓴 글|เขียนว่า|تمت كتابة ما يلي بواسطة|ने लिखा|ጽፏል|ጻፈ|ጽፈዋል`,
  'giu',
)
/** Where the digits of scripts begin that write dates with their own. */
const zeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0x1040, 0x17e0, 0xff10]
export const withDigits = (text: string) =>
  text.replace(/\p{Nd}/gu, (sign) => {
    const value = sign.codePointAt(0) ?? 0
    const zero = zeros.find((each) => value >= each && value < each + 10)
    return zero === undefined ? sign : String(value - zero)
  })
export const bracketedAddress = /[<([]\s*(?:mailto:)?[^\s<>()[\]@]{1,100}@[^\s<>()[\]@]{1,100}\s*[>)\]]/
const anyAddress = /[^\s<>()[\]@]{1,100}@[^\s<>()[\]@]{1,100}/g
export const day = /(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2}(?!\d)/
export const timeOfDay = /(?<!\d)\d{1,2}[:.h：時时시]\s?\d{2}(?!\d)/

/** Whether a value is a time as a program writes it. */
export function isTime(value: string): boolean {
  if (day.test(value) || timeOfDay.test(value)) return true
  const found = value.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? []
  return found.length > 0 && found.length < 4 && found.every(isWord)
}

export interface Attribution {
  /** How many lines it takes. */
  lines: number
  /** It is such that what follows is an earlier message though no line of it is marked. */
  isCertain: boolean
}

/** Yahoo on Android puts the earlier message into the line that announces it. */
const inOneLine = /^(.{10,300}?[>\])] ?(?:wrote|schrieb|a écrit|escribió|escreveu|ha scritto) ?:) \S/u

const quoting = /^(?:quoting|zitat von|citando|citando a|citeren|citerar|cytowanie|cytując|citát|lainaus|quoted from|selon) (?=.)/i
/** So AOL's program of old writes above what it does not mark. */
const ofAol = /^in a message dated \d.{4,80}, [^\s@]{1,100}@\S{1,100} writes:$/i
const longestQuoted = 330
const longestTime = 124

/** "Quoting Ada Byron (2026-11-26 09:12:00)", "Zitat von Ada Byron <ada@example.com>:": so some programs announce what they quote. */
function isQuoting(text: string): boolean {
  const begin = quoting.exec(text)?.[0].length
  if (begin === undefined || text.length > begin + longestQuoted) return false
  if (/[>\p{L}\p{N}]:$/u.test(text.slice(-4))) return true
  // Each sign is looked at once: as a pattern it would take minutes for a mail of nothing but brackets.
  const tail = text.slice(Math.max(begin + 1, text.length - longestTime))
  return /\):?$/.test(tail.slice(-2)) && tail.includes('(') && /\d/.test(tail.slice(tail.indexOf('(')))
}

/**
 * The words that name who wrote what is quoted below: "On Monday Ada wrote:", in up to four lines.
 * @param lineAt a line by its distance; undefined where a paragraph or a quote ends
 */
export function attributionAt(lineAt: (distance: number) => string | undefined): Attribution | null {
  let joined = ''
  const texts: string[] = []
  for (let n = 0; n < mostLines; n++) {
    const text = lineAt(n)
    if (text === undefined || joined.length + text.length > longestHead) return null
    texts.push(text)
    const headed = n === 0 && inOneLine.exec(text)?.[1]
    if (headed && judge(headed) === 'certain') return { lines: 1, isCertain: true }
    joined += (joined && !joined.endsWith('<') ? ' ' : '') + text
    if (ofAol.test(joined)) return { lines: n + 1, isCertain: true }
    if (isQuoting(joined)) return { lines: n + 1, isCertain: false }
    if (/(?:[:：፦፡՝៖]|wrote ?-{2,})$/.test(text)) {
      // What stands right above one that is whole without it is what somebody wrote.
      if (texts.some((_, at) => at > 0 && isWhole(texts.slice(at).join(' ')))) return null
      const certainty = judge(joined)
      return certainty && { lines: n + 1, isCertain: certainty === 'certain' }
    }
    if (/[.!?。]$/.test(text) && !/\d/.test(text)) return null
  }
  return null
}

const isWhole = (text: string) => day.test(withDigits(text)) && judge(text) !== null

function judge(text: string): 'certain' | 'possible' | null {
  const said = withDigits(text.replace(/^[-\s>]+|[-\s]+$/g, ''))
  const hasVerb = said.search(wrote) >= 0
  const hasDay = day.test(said)
  const hasTime = timeOfDay.test(said)
  const address = bracketedAddress.exec(said)
  if (!hasVerb && !(hasDay && (address || (hasTime && /@/.test(said))))) return null
  // Without a verb the address ends it, or a time does: nobody writes so by hand.
  const bare = said
    .replace(wrote, ' ')
    .replace(/"[^"]{0,100}"|“[^”]{0,100}”/g, ' ')
    .replace(anyAddress, ' ')
    .replace(/\d+[\p{L}]{0,3}/gu, ' ')
  const others = (bare.match(/[\p{L}\p{M}’']+/gu) ?? []).filter((word) => !isWord(word.toLowerCase()))
  const small = others.filter((word) => isSmall(word)).length
  if (others.length > 12) return null
  // A program of whatever language names who wrote, with their address, the day and the time.
  if (!beginsAsOne(said, address?.index)) return address && hasDay && hasTime && small <= (hasVerb ? 3 : 2) ? 'possible' : null
  // A person who tells where a passage is from uses words; a program without a verb hardly any.
  if (address && hasDay && small <= (hasVerb ? 4 : 2)) return small <= (hasVerb ? 2 : 0) ? 'certain' : 'possible'
  if (address) return small <= 1 ? 'possible' : null
  if (/@/.test(said) && hasDay && hasTime) return small > 0 ? null : hasVerb ? 'certain' : 'possible'
  if (small > 0 || others.length > 7) return null
  // A program begins with a capital; what goes on after "Hello," does not.
  return hasDay && hasTime && others.length <= 4 && others.length > 0 && !/^\p{Ll}/u.test(said) ? 'certain' : 'possible'
}

const isSmall = (word: string) => {
  const first = word.charAt(0)
  if (/\p{Script=Georgian}/u.test(first)) return false
  return first === first.toLowerCase() && first !== first.toUpperCase()
}

/** By a date, by the word before one, or by a name with its address. */
function beginsAsOne(said: string, addressAt: number | undefined): boolean {
  const first = /^[\p{L}\p{M}]+/u.exec(said)?.[0]
  if (!first || isOpener(first.toLowerCase())) return true
  if (!/\p{Lu}|\p{Ll}/u.test(first)) return true
  const beforeNumber = said.search(/\d/)
  if (addressAt !== undefined) return beforeNumber < 0 || addressAt < beforeNumber
  // A name alone: each of its words is written large.
  const name = said.slice(0, Math.max(0, said.search(wrote)))
  return (
    name !== '' && !/\d/.test(name) && (name.match(/[\p{L}\p{M}]+/gu) ?? []).every((word) => !isSmall(word) || isWord(word.toLowerCase()))
  )
}

const originals = new Set(
  `original message|original email|original e-mail|ursprüngliche nachricht|originalnachricht|original-nachricht|original nachricht|message d'origine|message d’origine|
  |message original|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|originele bericht|origineel bericht|oryginalna wiadomość|
  |wiadomość oryginalna|wiadomość pierwotna|исходное сообщение|исходное письмо|оригинальное сообщение|orijinal mesaj|orjinal mesaj|özgün ileti|özgün mesaj|
  |ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|oprindelig besked|original meddelelse|opprinnelig melding|alkuperäinen viesti|původní zpráva|původní e-mail|
  |元のメッセージ|原始邮件|原始郵件|原邮件|原始信件|원본 메시지|원본 메세지|원본메시지|الرسالة الأصلية|رسالة أصلية|הודעה מקורית|αρχικό μήνυμα|mesaj original|mesajul original|
  |eredeti üzenet|оригінальне повідомлення|початкове повідомлення|tin nhắn gốc|thư gốc|pesan asli|ข้อความต้นฉบับ|pôvodná správa|izvorna poruka|missatge original|
  |reply message|algne sõnum|sākotnējais ziņojums|originalus laiškas|پیام اصلی`
    .replace(/\s*\n\s*\|?/g, '')
    .split('|'),
)
const forwards = new Set(
  `forwarded message|begin forwarded message|forwarded mail|forwarded by|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|
  |message transféré|début du message transféré|début du message réexpédié|mensaje reenviado|inicio del mensaje reenviado|messaggio inoltrato|messaggio inoltrato|
  |inizio messaggio inoltrato|mensagem encaminhada|mensagem reencaminhada|início da mensagem encaminhada|início da mensagem reencaminhada|doorgestuurd bericht|
  |begin doorgestuurd bericht|przekazana wiadomość|wiadomość przekazana|treść przekazanej wiadomości|początek przekazywanej wiadomości|пересылаемое сообщение|
  |пересланное сообщение|начало переадресованного сообщения|iletilen mesaj|yönlendirilen ileti|iletilmiş mesaj|vidarebefordrat meddelande|
  |vidarebefordrat brev|videresendt meddelelse|videresendt melding|välitetty viesti|edelleenlähetetty viesti|přeposlaná zpráva|転送メッセージ|転送されたメッセージ|
  |转发的邮件|转发邮件|转发邮件信息|轉寄郵件|轉寄的郵件|已轉寄郵件|전달된 메시지|전달된 메일|الرسالة المحولة|رسالة معاد توجيهها|הודעה שהועברה|προωθημένο μήνυμα|
  |mesaj redirecționat|mesaj transmis|továbbított üzenet|переслане повідомлення|tin nhắn được chuyển tiếp|thư chuyển tiếp|pesan terusan|preposlaná správa|
  |missatge reenviat|ข้อความที่ส่งต่อ|proslijeđena poruka|препратено съобщение`
    .replace(/\s*\n\s*\|?/g, '')
    .split('|'),
)

const dashes = /^[-_=*]{2,} ?/

/** The words between dashes, in small letters. Read from both ends, as a pattern would try each place of a long row of dashes. */
function inDashes(text: string): string | undefined {
  const from = dashes.exec(text)?.[0].length
  if (from === undefined) return undefined
  const end = text.endsWith(':') ? text.length - 1 : text.length
  let to = end
  while (to > from && '-_=*'.includes(text.charAt(to - 1))) to--
  const words = text.slice(from, to).replace(/ $/, '')
  return end - to >= 2 && words !== '' ? words.toLowerCase() : undefined
}

/** A mark and the head below it in one line, as Samsung's program writes it as plain text: its labels, an address and a time. */
export const isMarkWithHead = (text: string): boolean => {
  const [, mark = '', head = ''] = /^[-_=*]{2,} ?([^-_=*]{3,40}?) ?[-_=*]{2,}:? ?([^-_=*\s].*)$/.exec(text) ?? []
  return originals.has(mark.toLowerCase()) && (head.match(/\p{L}+ ?:/gu) ?? []).length >= 3 && /@/.test(head) && isTime(head)
}

/** "-----Original Message-----". */
export const isOriginalMark = (text: string): boolean => originals.has(inDashes(text) ?? '')

/** Some words between dashes: with the headers of a message below, they announce it in whatever language, as those do without dashes that name one. */
export const isInDashes = (text: string): boolean => inDashes(text) !== undefined || originals.has(text.toLowerCase())

/** "---------- Forwarded message ---------", "Begin forwarded message:": what follows is what the mail is about. */
export const isForwardMark = (text: string): boolean =>
  forwards.has(inDashes(text) ?? '') || (/[:：]$/.test(text) && forwards.has(text.slice(0, -1).trim().toLowerCase()))

/** What our own notifications say above what they tell, in whatever language: answers are written above it. */
export const isAnswerMark = (text: string): boolean => /^##- \S.{0,200} -##$/.test(text)

/** A line that is nothing but a line. */
export const isRule = (text: string): boolean => /^(?:_{5,}|-{5,}|={5,}|\u2500{5,}|\u2014{3,})$/.test(text)
