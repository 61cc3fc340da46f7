/** How subjects of automatic replies begin, in the languages of the programs that write them. */
const begins = [
  // not-words: what programs write
  'out of (?:the )?office(?![- ]hours)|auto(?:matic|mated|mat)?[- ]?(?:reply|response|responder|answer|acknowledg\\w+)\\b|auto:|automatic (?:e-?mail )?(?:reply|response)',
  // not-words: what programs write
  'vacation (?:reply|response|notice|message|auto)|(?:i am|i.m) (?:currently )?(?:away|out of)|on vacation|(?:on )?(?:annual|parental|maternity|paternity|sick) leave\\b|on leave\\b|away from (?:my|the) (?:mail|desk|office)|away (?:re|from)\\b|ooo\\b|holiday reply',
  // not-words: what programs write
  'abwesenheit(?:s(?:notiz|meldung|nachricht|mitteilung|benachrichtigung|info|hinweis|agent))?|abwesend|automatische (?:antwort(?:nachricht)?|abwesenheit|e-?mail|r(?:ü|ue)ckantwort)|autom\\. antwort|nicht im (?:büro|haus)|außer haus|ich bin (?:derzeit |zur ?zeit |momentan |aktuell )?(?:im urlaub|nicht im|nicht da|nicht erreichbar|abwesend)|urlaub(?=\\s*[:–-])|urlaubs(?:meldung|nachricht|benachrichtigung)',
  // not-words: what programs write
  "réponse automatique|absence du bureau|absent\\(?e?\\)? (?:du bureau|jusqu)|message d'absence|notification d'absence|je (?:suis|serai) (?:absent|en cong|en vacances)",
  // not-words: what programs write
  'estoy (?:de vacaciones|fuera|ausente)|estou (?:de férias|ausente)|respuesta autom[áa]tica|fuera de (?:la )?oficina|ausente de la oficina|mensaje de ausencia|contestaci[óo]n autom[áa]tica|resposta autom[áàa]tica|fora do escrit[óo]rio|aus[êe]ncia tempor[áa]ria|mensagem de aus[êe]ncia',
  // not-words: what programs write
  'risposta automatica|assente (?:dal|fino)|sono (?:in ferie|assente|fuori)|ik ben (?:afwezig|op vakantie|niet aanwezig)|fuori (?:ufficio|sede)|assenza dall.ufficio|automatisch(?:e)? (?:antwoord|beantwoording|reactie)|afwezig(?:heids(?:melding|bericht|assistent))?|niet op kantoor|buiten kantoor',
  // not-words: what programs write
  'odpowied[źz] automatyczna|automatyczna odpowied[źz]|autoodpowied[źz]|poza biurem|nieobecno[śs][ćc]|autosvar|automatiskt? (?:svar|meddelande)|frånvar|frånvaro|fraværsmelding|fravær|ikke til stede',
  // not-words: what programs write
  'automaattinen (?:vastaus|poissaolo)|poissa(?:olo(?:ilmoitus|viesti)?)?(?!\\p{L})|automatick[áa] odpov[ěe]|(?:jsem )?mimo kancel|olen (?:lomalla|poissa)|automatikus válasz|házon kívül|r[ăa]spuns automat|автоматичен отговор|automatski odgovor|samodejni odgovor|automatinis atsakymas|automātiskā atbilde|automaatvastus',
  // not-words: what programs write
  'автоматический ответ|автоответ|нет на месте|отсутствие на рабочем|вне офиса|автоматична відповідь|otomatik (?:yanıt|cevap)|ofis dışında|ofiste değil|αυτόματη απάντηση|εκτός γραφείου',
  // not-words: what programs write
  '自動(?:応答|返信|回覆|回復|答复)|不在(?:通知|のお知らせ|連絡)|(?:休假|外出)?(?:自动)?(?:回复|答复|回覆)(?:通知)?$|自动(?:回复|答复|回覆)|外出(?:自动)?回复|不在办公室|자동 ?(?:회신|응답|답장)|부재 ?중|رد تلقائي|الرد التلقائي|خارج المكتب|תשובה אוטומטית|מענה אוטומטי|מחוץ למשרד',
  // not-words: what programs write
  'jibu la kiotomatiki|jibu otomatiki|nje ya ofisi|balasan otomatis|balasan automatik|di luar kantor|trả lời tự động|thư trả lời tự động|ตอบกลับอัตโนมัติ|स्वचालित (?:उत्तर|जवाब)|پاسخ خودکار',
]
const subjectPattern = new RegExp(`^[\\[(<*\\s]*(?:yahoo! |currently |temporarily )?(?:${begins.join('|')})`, 'iu')

/** What stands behind such a beginning in what a program writes: nothing, a sign, a number, or whom or when it is about. */
const goesOnAsOne =
  // not-words: what programs write
  /^(?:\s*$|\s*[^\p{Ll}\p{Lu}\s]|\s+(?:re|aw|from|of|by|for|to|on|until|till|and|but|message|notice|notification|reply|von|vom|bis|ab|auf|zu|und|de|du|des|à|le|jusqu|hasta|desde|del|até|di|da|dal|fino|van|tot|op|från|fra|til|till|för|od|do|z|от|до|с|на|nga|ya|ve)(?!\p{L}))/iu

/** What a person may as well want of somebody: the rest of the message says which it is. */
const mayBeWanted =
  // not-words: what programs write
  /^[[(<*\s]*(?:urlaub(?!s)|(?:annual|parental|maternity|paternity|sick) leave|nieobecno|frånvaro|fravær(?!smelding)|abwesenheit(?!s)|afwezigheid(?!s))/iu

/** How sure a subject makes it that a program answered. A person who answers one begins with "Re:", and is a person, as is whoever asks. */
export function autoReplySubject(subject: string): 'sure' | 'possible' | null {
  const said = subject.trim().slice(0, 300)
  const found = /[?？؟;]$/.test(subject.trim()) ? null : subjectPattern.exec(said)
  return found && (!mayBeWanted.test(said) && goesOnAsOne.test(said.slice(found[0].length)) ? 'sure' : 'possible')
}

/** "Out of office supplies" begins as an absence does, and may be what somebody wants: the rest of the message says which it is. */
export const saysAutoReply = (mail: { subject: string; text: string; refersTo: readonly string[] }): boolean => {
  const subject = autoReplySubject(mail.subject)
  return subject === 'sure' || (subject === 'possible' && (mail.refersTo.length > 0 || mail.text === '' || saysAway(mail.text)))
}

// not-words: what programs write
const away =
  /\b(?:^(?:away|absent|back) (?:until|till|from|on)|(?:i am|i.m|i.ll be|i will be|we are) (?:currently |now )?(?:back|away|out of|on (?:holiday|leave|vacation))|(?:be|get) back (?:on|to you (?:when|after|as soon))|when i (?:return|am back|get back)|limited access to (?:my )?e-?mail|bin (?:ich )?(?:ab|am|bis|wieder)|nicht erreichbar|wieder (?:erreichbar|zurück)|de retour le|je serai (?:absent|de retour)|vuelvo el|estar[ée] (?:ausente|de vuelta)|torno il|terug op)/iu
const saysAway = (text: string) => autoReplySubject(text) !== null || away.test(text.slice(0, 1000))
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

// not-words: what programs write
const automated =
  /\b(?:this|it) is an? (?:automat\w+|auto-?generated) (?:\w+ )?(?:response|reply|answer|acknowledg\w+|confirmation|message|e-?mail|notification)|(?:has been|was|is) (?:automatically generated|generated automatically)|automatische (?:eingangsbestätigung|empfangsbestätigung|antwort|nachricht|e-?mail)|automatisch (?:erzeugt|erstellt|generiert)|(?:réponse|message|courriel|accusé de réception) automatique|(?:respuesta|mensaje|correo) autom[áa]tic[oa]|(?:resposta|mensagem) autom[áa]tica|(?:risposta|messaggio) automatic[oa]|automatisch (?:bericht|antwoord)|(?:wiadomość|odpowiedź) automatyczn|автоматическ(?:ий ответ|ое сообщение)|自動(?:返信|送信|応答)|自动(?:回复|发送|生成)|자동 ?(?:회신|응답|발송)/iu

/** Whether a text begins by saying that a program wrote it. A person may quote that as well. */
export const saysAutomated = (text: string): boolean => automated.test(text.slice(0, 400))

/**
 * Whether what comes right after an acknowledgement may be a program's answer to it, though nothing says that it is one.
 * @param acknowledged subjects of what was acknowledged a moment ago
 * @param isRepeated they have sent the same before, of themselves
 */
export const seemsToAnswer = (mail: { subject: string; text: string }, acknowledged: readonly string[], isRepeated: boolean): boolean =>
  acknowledged.length > 0 &&
  (answering.test(mail.subject) ||
    numbered.test(mail.subject) ||
    saysAway(mail.text) ||
    (!isRepeated && acknowledged.some((subject) => plainWords(subject) === plainWords(mail.subject))))
