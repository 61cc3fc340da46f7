import { bracketedAddress, day, isTime, plainLine, timeOfDay, withDigits } from './attribution'

/** The heads with labels that mail programs put above an earlier message. */

const labels = {
  from: `from|von|de|da|van|od|от|kimden|gönderen|från|fra|lähettäjä|差出人|送信者|发件人|寄件者|寄件人|보낸 사람|보낸사람|من|מאת|από|de la|feladó|від|từ|dari|
    |จาก|expéditeur|remitente|mittente|remetente|отправитель|afzender|saatja|nuo|odosielateľ|pošiljatelj|šalje|подател|nadawca|avsändare|afsender|avsender|فرستنده|از|प्रेषक`,
  date: `sent|date|sent at|sent on|gesendet|gesendet am|datum|envoyé|envoyé le|enviado|enviado el|fecha|inviato|data|enviada em|enviado em|enviada|verzonden|wysłane|wysłano|
    |отправлено|дата|gönderildi|gönderilme|gönderme tarihi|tarih|skickat|sendt|dato|lähetetty|päivämäärä|päiväys|odesláno|odoslané|送信日時|日付|日時|发送时间|
    |发送日期|日期|时间|時間|寄件日期|傳送日期|寄件時間|보낸 날짜|보낸날짜|날짜|تم الإرسال|التاريخ|تاريخ الإرسال|אرسلت|נשלח|תאריך|εστάλη|στάλθηκε|ημερομηνία|trimis|
    |dată|elküldve|küldve|dátum|надіслано|đã gửi|ngày|terkirim|dikirim|tanggal|ส่ง|วันที่|poslano|изпратено|تاریخ|saadetud|išsiųsta|enviat el|enviat|ارسال شده|भेजा गया`,
  to: `to|an|à|para|a|aan|do|кому|kime|till|til|vastaanottaja|komu|宛先|收件人|收件者|받는 사람|받는사람|إلى|אל|προς|către|címzett|đến|tới|kepada|ถึง|za|prima|до|destinataire|
    |destinatario|empfänger|alıcı|به|saaja|kam|kas|pre|per a|adressaat|प्रति`,
  copy: `cc|bcc|kopie|kopie \\(cc\\)|copie|copie à|cópia|copia|kopia|копия|копія|bilgi|kopi|kopio|抄送|副本|참조|نسخة|עותק|κοινοποίηση|másolat|dw|udw|سرّي|kópia`,
  subject: `subject|betreff|objet|asunto|oggetto|assunto|onderwerp|temat|тема|konu|ämne|emne|aihe|předmět|件名|主题|主題|제목|الموضوع|נושא|θέμα|subiect|tárgy|chủ đề|perihal|
    |subjek|เรื่อง|predmet|относно|sujet|thema|موضوع|teema|tema|विषय`,
  more: `importance|priority|attachments|reply-to|reply to|wichtigkeit|priorität|anlagen|anhänge|antwort an|antwort|importance|pièces jointes|importancia|datos adjuntos|importanza|
    |allegati|importância|anexos|urgentie|bijlagen|ważność|załączniki|важность|вложения|önem|ekler|prioritet|bilagor|重要度|添付ファイル|重要性|附件|organisation|organization`,
}
type Label = keyof typeof labels
const labelOf = new Map<string, Label>(
  Object.entries(labels).flatMap(([label, list]) =>
    list
      .replace(/\s*\n\s*\|?/g, '')
      .split('|')
      .map((name) => [name.replaceAll('\\', ''), label as Label] as const),
  ),
)
const mostLabels = 30

/** What a word says that stands above or before something in the head of a mail. */
export const labelNamed = (name: string): Label | undefined =>
  labelOf.get(
    name
      .trim()
      .replace(/ ?[:：]$/, '')
      .replace(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '')
      .toLowerCase(),
  )

/** Of those for a date, the ones that say that something was sent: nobody writes them above a list of their own. */
const dates =
  'date datum fecha data дата tarih dato päivämäärä päiväys 日付 日時 日期 时间 時間 날짜 التاريخ תאריך ημερομηνία dată dátum ngày tanggal วันที่ تاریخ'.split(
    ' ',
  )
const sentLabels = new Set([...labelOf].flatMap(([name, label]) => (label === 'date' && !dates.includes(name) ? [name] : [])))

const labelled = /^[*_ ]{0,4}([^:：*]{1,30}?)[*_ ]{0,4}[:：][*_ ]{0,4}(.*)$/u

/** Labels that stand one below the other, and what they say. */
function scanBlock(lineAt: (distance: number) => string | undefined) {
  const found = new Map<Label, string>()
  let before = ''
  let dateLabel = ''
  let bare: Label | null = null
  let n = 0
  for (; n < mostLabels; n++) {
    const raw = lineAt(n)
    if (raw === undefined) break
    const text = plainLine(raw)
    const [, name, value] = labelled.exec(text) ?? []
    const label = name === undefined ? undefined : labelNamed(name)
    if (label === 'date') dateLabel = name?.trim().toLowerCase() ?? ''
    // In a table what a label says may stand in the cell after it.
    if (label) found.set(label, found.get(label) || (value ?? ''))
    else if (bare && text !== '') found.set(bare, found.get(bare) || text)
    else if (n === 0 || !(/^[\s<]/.test(raw) || /[;,<]$/.test(before))) break
    bare = label && value === '' ? label : null
    before = text
  }
  return { found, dateLabel, lines: n }
}

/** Who such a block says wrote the message; nothing where it does not say. */
export const senderInBlock = (lineAt: (distance: number) => string | undefined): string => scanBlock(lineAt).found.get('from') ?? ''

/**
 * The block in which Outlook and others repeat who wrote, when and about what; how many lines it takes, or null.
 * @param lineAt a line by its distance as it is; undefined where a paragraph or a quote ends
 * @param isAnnounced a line before it says that an earlier message follows
 * @param isApart nothing stands right above it
 */
export function headerBlockAt(lineAt: (distance: number) => string | undefined, isAnnounced: boolean, isApart = true): number | null {
  const { found, dateLabel, lines: n } = scanBlock(lineAt)
  const from = found.get('from')
  if (from === undefined) return isAnnounced ? unknownBlockAt(lineAt) : null
  const hasDate = isTime(found.get('date') ?? '')
  const hasAddress = /@/.test(from)
  if (isAnnounced) return found.size >= 2 && (hasDate || hasAddress || found.has('subject')) && !isFalseDate(found.get('date')) ? n : null
  const isSent = sentLabels.has(dateLabel)
  const isOne =
    found.size >= 3 &&
    (isApart || found.has('subject')) &&
    (hasDate ? found.has('subject') || hasAddress || isSent : found.has('subject') && hasAddress && !found.has('date'))
  return isOne ? n : null
}

/** Such a block in a language that we have no labels of: an address, a day with a time, and at least one label more. */
function unknownBlockAt(lineAt: (distance: number) => string | undefined): number | null {
  const values: string[] = []
  for (let n = 0; n < mostLabels; n++) {
    const [, name = '', value] = labelled.exec(plainLine(lineAt(n) ?? '')) ?? []
    if (value === undefined || name.split(' ').length > 3) break
    values.push(withDigits(value))
  }
  const [from = '', ...more] = values
  return bracketedAddress.test(from) && more.length >= 2 && more.some((value) => day.test(value) && timeOfDay.test(value))
    ? values.length
    : null
}

const isFalseDate = (value: string | undefined) => value !== undefined && value !== '' && !isTime(value)
