/** How subjects of automatic replies begin, in the languages of the programs that write them. */
const begins = [
  // not-words: what programs write
  'out of (?:the )?office(?![- ]hours)|auto(?:matic|mated|mat)?[- ]?(?:reply|response|responder|answer|acknowledg\\w+)\\b|auto:|automatic (?:e-?mail )?(?:reply|response)',
  // not-words: what programs write
  'vacation (?:reply|response|notice|message|auto)|(?:i am|i.m) (?:currently )?(?:away|out of)|on vacation|on (?:annual |parental |maternity )?leave\\b|away from (?:my|the) (?:mail|desk|office)|away (?:re|from)\\b|ooo\\b|holiday reply',
  // not-words: what programs write
  'abwesenheit|abwesend|automatische (?:antwort|abwesenheit|e-?mail|r(?:ü|ue)ckantwort)|autom\\. antwort|nicht im (?:büro|haus)|außer haus|ich bin (?:im urlaub|nicht im)|urlaubs(?:meldung|nachricht|benachrichtigung)',
  // not-words: what programs write
  "réponse automatique|absence du bureau|absent\\(?e?\\)? (?:du bureau|jusqu)|message d'absence|notification d'absence|je suis absent",
  // not-words: what programs write
  'respuesta autom[áa]tica|fuera de (?:la )?oficina|ausente de la oficina|mensaje de ausencia|contestaci[óo]n autom[áa]tica|resposta autom[áa]tica|fora do escrit[óo]rio|aus[êe]ncia tempor[áa]ria|mensagem de aus[êe]ncia',
  // not-words: what programs write
  'risposta automatica|fuori (?:ufficio|sede)|assenza dall.ufficio|automatisch(?:e)? (?:antwoord|beantwoording|reactie)|afwezig|niet op kantoor|buiten kantoor',
  // not-words: what programs write
  'odpowied[źz] automatyczna|automatyczna odpowied[źz]|autoodpowied[źz]|poza biurem|nieobecno[śs][ćc]|autosvar|automatiskt? (?:svar|meddelande)|frånvar|frånvaro|fraværsmelding|fravær|ikke til stede',
  // not-words: what programs write
  'automaattinen (?:vastaus|poissaolo)|poissa(?:olo)? |automatick[áa] odpov[ěe]|mimo kancel|automatikus válasz|házon kívül|r[ăa]spuns automat|автоматичен отговор|automatski odgovor|samodejni odgovor|automatinis atsakymas|automātiskā atbilde|automaatvastus',
  // not-words: what programs write
  'автоматический ответ|автоответ|нет на месте|отсутствие на рабочем|вне офиса|автоматична відповідь|otomatik (?:yanıt|cevap)|ofis dışında|ofiste değil|αυτόματη απάντηση|εκτός γραφείου',
  // not-words: what programs write
  '自動(?:応答|返信|回覆|回復|答复)|不在(?:通知|のお知らせ|連絡)|自动(?:回复|答复|回覆)|外出(?:自动)?回复|不在办公室|자동 ?(?:회신|응답|답장)|부재 ?중|رد تلقائي|الرد التلقائي|خارج المكتب|תשובה אוטומטית|מענה אוטומטי|מחוץ למשרד',
  // not-words: what programs write
  'jibu la kiotomatiki|jibu otomatiki|nje ya ofisi|balasan otomatis|balasan automatik|di luar kantor|trả lời tự động|thư trả lời tự động|ตอบกลับอัตโนมัติ|स्वचालित (?:उत्तर|जवाब)|پاسخ خودکار',
]
const subjectPattern = new RegExp(`^[\\[(<*\\s]*(?:${begins.join('|')})`, 'iu')

/** A person who answers an automatic reply begins with "Re:", and is a person, as is whoever asks. */
export function isAutoReplySubject(subject: string): boolean {
  const said = subject.trim()
  return !/[?？؟;]$/.test(said) && subjectPattern.test(said.slice(0, 300))
}

// not-words: what programs write
const away =
  /\b(?:(?:i am|i.m|i.ll be|i will be|we are) (?:currently |now )?(?:back|away|out of|on (?:holiday|leave|vacation))|(?:be|get) back (?:on|to you (?:when|after|as soon))|when i (?:return|am back|get back)|limited access to (?:my )?e-?mail|bin (?:ich )?(?:ab|am|bis|wieder)|nicht erreichbar|wieder (?:erreichbar|zurück)|de retour le|je serai (?:absent|de retour)|vuelvo el|estar[ée] (?:ausente|de vuelta)|torno il|terug op)/iu
const answering = /^(?:\s*(?:re|aw|antw|sv|odp|ynt|rif|回复|答复|返信|답장)\s?[:：])/iu
const numbered = /\[[\p{L}\p{N}_-]{1,40}-\d{1,9}\]/u

/** A subject or a text without what programs put before it, and without numbers. */
export const plainWords = (text: string): string =>
  text
    .replace(/\[[^\]]*\]/g, '')
    .replace(/^(?:\s*\p{L}{1,4}\s?:)+/iu, '')
    .replace(/[\d\s]+/g, ' ')
    .trim()
    .toLowerCase()

/**
 * Whether what comes right after an acknowledgement may be a program's answer to it, though nothing says that it is one.
 * @param acknowledged subjects of what was acknowledged a moment ago
 * @param isRepeated they have sent the same before, of themselves
 */
export const seemsToAnswer = (mail: { subject: string; text: string }, acknowledged: readonly string[], isRepeated: boolean): boolean =>
  acknowledged.length > 0 &&
  (answering.test(mail.subject) ||
    numbered.test(mail.subject) ||
    isAutoReplySubject(mail.text) ||
    away.test(mail.text.slice(0, 1000)) ||
    (!isRepeated && acknowledged.some((subject) => plainWords(subject) === plainWords(mail.subject))))
