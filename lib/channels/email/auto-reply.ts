import type { Line } from './bounce'

/** How subjects of automatic replies begin, in the languages of the programs that write them. */
const begins = [
  // not-words: what programs write
  'out of (?:the )?office(?![- ]hours)|auto(?:matic|mated|mat)?[- ]?(?:reply|response|responder|answer|acknowledg\\w+)\\b|auto:(?=.*(?:office|büro|haus|absen|abwes|urlaub|vacation|away|fuera|fuori|\\b(?:re|aw):|\\[))|automatic (?:e-?mail )?(?:reply|response)',
  // not-words: what programs write
  'vacation (?:reply|response|notice|message|auto)|(?:i am|i.m) (?:currently )?(?:away|out of)|on vacation|(?:on )?(?:annual|parental|maternity|paternity|sick) leave\\b|on leave\\b|away from (?:my|the) (?:mail|desk|office)|away (?:re\\b|from (?:office|work)\\b)|ooo\\b|holiday reply',
  // not-words: what programs write
  'abwesenheit(?:s(?:notiz|meldung|nachricht|mitteilung|benachrichtigung|info|hinweis|agent|assistent))?|abwesend|automatische (?:antwort(?:nachricht)?|abwesenheit|e-?mail|r(?:ü|ue)ckantwort)|autom\\. antwort|nicht im (?:büro|haus)|außer haus|ich bin (?:derzeit |zur ?zeit |momentan |aktuell )?(?:im urlaub|nicht im|nicht da|nicht erreichbar|abwesend)|urlaub(?=\\s*[:–-])|urlaubs(?:meldung|nachricht|benachrichtigung)',
  // not-words: what programs write
  "réponse automatique|absence du bureau|absent\\(?e?\\)? (?:du bureau|jusqu)|message d'absence|notification d'absence|je (?:suis|serai) (?:absent|en cong|en vacances)",
  // not-words: what programs write
  'estoy (?:de vacaciones|fuera|ausente)|estou (?:de férias|ausente)|respuesta autom[áa]tica|fuera de (?:la )?oficina|ausente de la oficina|mensaje de ausencia|contestaci[óo]n autom[áa]tica|resposta autom[áàa]tica|fora do escrit[óo]rio|aus[êe]ncia tempor[áa]ria|mensagem de aus[êe]ncia',
  // not-words: what programs write
  'risposta automatica|assente (?:dal|fino)|sono (?:in ferie|assente|fuori)|ik ben (?:afwezig|op vakantie|niet aanwezig)|fuori (?:ufficio|sede)|assenza dall.ufficio|automatisch(?:e)? (?:antwoord|beantwoording|reactie)|afwezig(?:heids(?:melding|bericht|assistent))?|niet op kantoor|buiten kantoor',
  // not-words: what programs write
  'odpowied[źz] automatyczna|automatyczna odpowied[źz]|autoodpowied[źz]|poza biurem|nieobecno[śs][ćc]|autosvar|automatiskt? (?:svar|meddelande)|frånvar|frånvaro|fraværsmelding|fravær|ikke til stede',
  // not-words: what programs write
  'automaattinen (?:vastaus|poissaolo)|poissa(?:olo(?:ilmoitus|viesti)?)?(?!\\p{L})|automatick[áa] odpove?[ěeďd]\\p{L}*|(?:jsem )?mimo kancel|olen (?:lomalla|poissa)|automatikus válasz|házon kívül|r[ăa]spuns automat|автоматичен отговор|automatski odgovor|samodejni odgovor|automatinis atsakymas|automātiskā atbilde|automaatvastus',
  // not-words: what programs write
  'автоматический ответ|автоответ|нет на месте|отсутствие на рабочем|вне офиса|автоматична відповідь|otomatik (?:yanıt|cevap)|ofis dışında|ofiste değil|αυτόματη απάντηση|εκτός γραφείου',
  // not-words: what programs write
  '自動(?:応答|返信|回覆|回復|答复)|不在(?:通知|のお知らせ|連絡)|(?:休假|外出)?(?:自动)?(?:回复|答复|回覆)(?:通知)?$|自动(?:回复|答复|回覆)|外出(?:自动)?回复|不在办公室|자동 ?(?:회신|응답|답장)|부재 ?중|رد تلقائي|الرد التلقائي|خارج المكتب|תשובה אוטומטית|מענה אוטומטי|מחוץ למשרד',
  // not-words: what programs write
  'аутоматски одговор|автоматски одговор|sjálfvirkt svar|ateb awtomatig|erantzun automatiko|outomatiese antwoord|avtomatik cavab|përgjigje automatike|автоматты жауап|ავტომატური პასუხი|ավտոմատ պատասխան|автомат хариу|jibu la kiotomatiki|jibu otomatiki|nje ya ofisi|balasan otomatis|balasan automatik|di luar kantor|trả lời tự động|thư trả lời tự động|ตอบกลับอัตโนมัติ|स्वचालित (?:उत्तर|जवाब)|پاسخ خودکار',
]
const subjectPattern = new RegExp(`^[\\[(<*\\s]*(?:yahoo! |currently |temporarily )?(?:${begins.join('|')})`, 'iu')

/** What stands behind such a beginning in what a program writes: nothing, a sign, a number, or whom or when it is about. */
const goesOnAsOne =
  // not-words: what programs write
  /^(?:\s*[^\p{L}\s]|(?:通知|メール|のお知らせ|連絡|입니다|메일|안내|중)(?!\p{L})|\s+(?:re|aw|from|of|by|for|to|on|until|till|and|but|(?:message|notice|notification|reply|auto-?reply)(?=\s*(?:$|[^\p{L}\s]))|von|vom|bis|ab|auf|zu|und|de|du|des|à|le|jusqu|hasta|desde|del|até|di|da|dal|fino|van|tot|op|från|fra|til|till|för|od|do|z|от|до|с|на|nga|ya|ve)(?!\p{L}))/iu

/** What a person may as well want of somebody: the rest of the message says which it is. */
const mayBeWanted =
  // not-words: what programs write
  /^[[(<*\s]*(?:urlaub(?!s)|(?:annual|parental|maternity|paternity|sick) leave|nieobecno|frånvaro|fravær(?!smelding)|abwesenheit(?!s)|afwezigheid(?!s))/iu

/** Of whom or what it is said may stand before it: "Maria Lopez - Out of Office". */
const endsAbsent = /[-–|([]\s*(?:out of (?:the )?office|automatic reply|auto-?reply|abwesend|abwesenheitsnotiz|absence|absent)\s*[)\]]?$/i
export const endsAsAutoReply = (subject: string): boolean => endsAbsent.test(subject.trim())

/**
 * How sure a subject makes it that a program answered; "bare" where it says nothing else. A person who answers one begins with "Re:",
 * and is a person, as is whoever asks.
 */
export function autoReplySubject(subject: string): 'sure' | 'bare' | 'possible' | null {
  const said = subject.trim().slice(0, 300)
  const found = /[?？؟;]$/.test(subject.trim()) ? null : subjectPattern.exec(said)
  if (!found) return null
  const rest = said.slice(found[0].length)
  if (/^[\])>*!.\s]*$/.test(rest)) return 'bare'
  return !mayBeWanted.test(said) && goesOnAsOne.test(rest) ? 'sure' : 'possible'
}

/** Headers by which a program says that nobody wrote this: what its subject begins with is then meant as it is read. */
const saysProgram = (headers: readonly Line[]) =>
  headers.some(
    ({ name, value }) =>
      (name === 'auto-submitted' && /^\s*auto-/i.test(value)) ||
      (name === 'precedence' && /^\s*(?:bulk|junk|auto)/i.test(value)) ||
      (name === 'x-auto-response-suppress' && /\ball\b/i.test(value)),
  )

/**
 * Whether a message is a program's answer by its words. "Out of office supplies" begins as an absence does, and "Automatic reply: in
 * the wrong language" as an answer: both may be what somebody wants. So it takes a second sign: it answers a mail of ours, says so in
 * its headers, or its text tells of somebody who is away.
 */
export const saysAutoReply = (mail: { subject: string; text: string; refersTo: readonly string[]; headers: readonly Line[] }): boolean => {
  const subject = autoReplySubject(mail.subject)
  if (isAnswerInFront(mail) && saysAutomatic.test(inFront.exec(mail.subject)?.[1] ?? '')) return true
  if (subject === null) return false
  if (mail.text.trim() === '' || saysProgram(mail.headers) || (mail.refersTo.length > 0 && subject !== 'possible')) return true
  if (asks.test(mail.text)) return false
  if (!saysAway(mail.text)) return subject === 'sure' && saysItself.test(mail.text.slice(0, 400))
  return subject === 'sure' || saysWhen.test(mail.text.slice(0, 1000))
}

/**
 * What stands before the subject of a mail of ours where no mail program puts it, as "Sjálfvirkt svar: Re: [ACME-1]": programs that
 * answer write so in every language, and who knows them all. "Re" and its like are shorter.
 */
const inFront =
  /^\s*(?!(?:antwort|respuesta|resposta|risposta|réponse|ответ|відповідь|odpowied\S*|odpověď|yanıt|reply|answer|weiterleitung|forward(?:ed)?|transfert|inoltro|reenv\S*)\s?:)([^:：\][]{6,60}?)\s?[:：]\s*(?:\p{L}{1,5}\s?[:：]\s*)?\[[\p{L}\p{N}_-]{1,40}-\d{1,9}\]/iu
const saysAutomatic =
  // not-words: what programs write
  /absen[ct]|absên|ausên|ausenc|távollét|szabads|nep[rř]ítomnos|dovolen|odsotn|odsutn|urlop|semester|ferie|fravær|verlof|vacaciones|vacances|lomalla|izin|auto-?re(?:ply|sp)|відпуст|отпуск|휴가|부재|休暇|休假|autom|автом|аутом|ավտոմ|ავტომ|αυτόμ|otomat|avtom|awtom|outom|samodej|sjálfvirk|自动|自動|자동/iu

/** Whether a mail of ours is answered under a subject as programs make it, in a language that we need not read. */
export const isAnswerInFront = (mail: { subject: string; refersTo: readonly string[] }): boolean =>
  mail.refersTo.length > 0 && inFront.test(mail.subject)

/** Programs that answer for somebody seldom ask. */
const asks = /\p{L}\s?[?？؟](?:\s|$)/u
/** What only a program says of its own words. */
const saysItself =
  // not-words: what programs write
  /\b(?:this|it) is an? (?:automat\w+|auto-?generated)|automatically generated|(?:dies|das) ist eine automatische|automatisch (?:erzeugt|erstellt|generiert)|ceci est une? |este es un |esta é uma |quest[oa] è un|dit is een automatisch|(?:to|ta) (?:jest )?(?:wiadomość|odpowiedź) automatyczn|это автоматическ|自動(?:返信|送信|応答)(?:です|メールです|され|に(?:て|より))|(?:系统|此(?:邮件|信)\S{0,4})自动|자동(?:으로)? ?(?:발송|회신)된/iu
/** Whoever is away says until when, or whom to ask instead. */
const saysWhen =
  // not-words: what programs write
  /@|\b(?:until|till|back|return\w*|bis|wieder|zurück|retour|jusqu\w*|hasta|vuelvo|fino al|torno|terug|tot|tillbaka|tilbage|tilbake|until|do|до|urgent|dringend\w*)(?!\p{L})|\d{1,2}[./]\s?\d{1,2}|月\s?\d|까지|まで/iu

// not-words: what programs write
const away = new RegExp(
  [
    '^(?:away|absent|back) (?:until|till|from|on)', '\\b(?:i am|i.m|i.ll be|i will be|we are) (?:\\w+ )?(?:back|away|out of|on (?:\\w+ )?(?:holiday|leave|vacation)|travel)', '\\b(?:be|get) back (?:on|to you)',
    'when i (?:return|am back|get back)', 'limited access to (?:my )?e-?mail', '\\bout of (?:the )?office (?:until|till|from|and)', 'thank(?:s| you) for (?:your|the) (?:e-?mail|message|mail)\\b(?!.{0,60}\\bbut\\b)', 'office is closed', '(?:we|we.ve|we have) (?:got|received) (?:it|your)',
    'bin (?:ich )?(?:\\p{L}+ )?(?:ab|am|bis|wieder|im urlaub|abwesend|nicht|erkrankt|krank|auf reisen|außer|vom)', 'nicht erreichbar', 'in (?:elternzeit|mutterschutz|urlaub)', 'à mon retour|actuellement (?:en cong|absent)', 'encontro-me|de férias', 'sarò in ufficio|di ritorno il', 'weer (?:aanwezig|bereikbaar)', 'palaan|takaisin', 'térek vissza|vissza(?:térek|jövök)', 'سأعود', 'буду в офисе|вернусь', 'wrócę|wracam', 'wieder (?:erreichbar|zurück|da|für sie)', '(?:e-?mail|nachricht|anfrage) (?:wurde|wird|ist) .{0,40}(?:weitergeleitet|eingegangen|erhalten)', 'vielen dank für ihre (?:e-?mail|nachricht)(?!.{0,80}\\baber\\b)',
    'je (?:suis|serai) (?:\\p{L}+ )?(?:absent|en cong|en vacances|en déplacement|de retour|hors)', 'de retour le', 'pr(?:é|e)sente? au bureau', 'nous avons bien reçu',
    'vuelvo el', '(?:estoy|estar[ée]) (?:\\p{L}+ )?(?:ausente|de vuelta|de vacaciones|fuera)', 'hemos recibido su', '(?:estou|estarei) (?:\\p{L}+ )?(?:ausente|de férias|fora)', 'recebemos (?:a )?su', 'torno il', 'sono (?:\\p{L}+ )?(?:in ferie|assente|fuori)', '(?:soc|estic|seré) (?:fora|de vacances|absent)',
    'terug op', '\\bben (?:ik )?(?:\\p{L}+ )?(?:afwezig|op vakantie|niet|weer)', '(?:jag är|jeg er|är jag|er jeg) (?:\\p{L}+ )?(?:på (?:semester|ferie)|bortrest|borte|ikke|inte|ute av|ledig|fraværende|tillbaka|tilbage|tilbake)', '\\bolen (?:\\p{L}+ )?(?:loma|poissa|matko)',
    '(?:jestem|będę|przebywam) (?:\\p{L}+ )?(?:na urlopie|nieobecn|poza)', '(?:jsem|budu|som|budem) (?:\\p{L}+ )?(?:mimo|na dovolen)', 'házon kívül|szabadságon|nem vagyok elérhető', '(?:sunt|voi fi) (?:\\p{L}+ )?(?:plecat|în concediu|absent)', 'в отпуск|във? отпуск|отсъствам|отсутству|буду на рабочем|у відпус|на лікарнян|меня нет|в командировк',
    'λείπω|απουσιάζω|εκτός γραφείου|σε άδεια', 'izin(?:deyim|liyim)|ofis dışında|tatildeyim|yıllık izin', 'בחופשה|מחוץ למשרד|לא אהיה|אחזור ב', 'خارج المكتب|في إجازة|إجازة', '外出中|不在(?:です|に|とな|中)|休暇|休業|休假|不在办公|不在辦公|外出|已收到您的|收到(?:您|你)的(?:邮件|來信|郵件)|出差|受け付け(?:まし|いたし)|부재 ?중|휴가|출장|자리를 비',
    'nisam u ured|na godišnjem|nisem v pisarni|na dopustu|puhkusel|atvaļinājum|atostog|đi nghỉ|nghỉ phép|vắng mặt|ไม่อยู่|ลาพัก|sedang cuti|di luar kantor|ada di kantor',
  ].join('|'),
  'imu',
) // biome-ignore format: a list reads better than a column
/** What stands behind a quotation mark or a colon is talked about: "it sends: I am away". */
const talkedAbout = /["'“”„«»「『:：][^.!\n]{0,40}$/u
const saysAway = (text: string) => {
  if (autoReplySubject(text) === 'sure') return true
  const found = away.exec(text.slice(0, 1000))
  return found !== null && !talkedAbout.test(text.slice(0, found.index))
}
const answering = /^(?:\s*(?:re|aw|antw|sv|odp|ynt|rif|回复|答复|返信|답장)\s?[:：])/iu
const numbered = /\[[\p{L}\p{N}_-]{1,40}-\d{1,9}\]/u
export const isNumbered = (subject: string): boolean => numbered.test(subject)

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
  /\b(?:do not|don't) (?:reply|respond) to this\b|\b(?:thank you|thanks) for (?:contacting|reaching out)\b|\breceived your (?:e-?mail|message|request|inquiry|enquiry)\b.{0,120}\b(?:will (?:get back|reply|respond|be in touch|contact|answer)|shortly|as soon as)|antworten sie (?:bitte )?nicht auf diese|bitte nicht (?:auf diese .{0,20})?antworten|ne pas répondre à ce|no responda a este|non rispondere a questa|não responda a este|niet (?:op deze .{0,20})?(?:te )?(?:be)?antwoorden|nie odpowiada[ćj] na|\b(?:this|it) is an? (?:automat\w+|auto-?generated) (?:\w+ )?(?:response|reply|answer|acknowledg\w+|confirmation|message|e-?mail|notification)|(?:has been|was|is) (?:automatically generated|generated automatically)|automatische (?:eingangsbestätigung|empfangsbestätigung|antwort|nachricht|e-?mail)|automatisch (?:erzeugt|erstellt|generiert)|(?:réponse|message|courriel|accusé de réception) automatique|(?:respuesta|mensaje|correo) autom[áa]tic[oa]|(?:resposta|mensagem) autom[áa]tica|(?:risposta|messaggio) automatic[oa]|automatisch (?:bericht|antwoord)|(?:wiadomość|odpowiedź) automatyczn|автоматическ(?:ий ответ|ое сообщение)|自動(?:返信|送信|応答)|自动(?:回复|发送|生成)|자동 ?(?:회신|응답|발송)|automatisk(?:t)? (?:generer|genererat|melding|meddelande|besked|e-?(?:mail|post))|autogenerer|kan (?:ikke|inte) besvares?|automatycznie|nie odpowiadać|(?:сформирован|создан|отправлен)\p{L}* автоматически|автоматически (?:сформир|созда|отправл|генер)|отвечать на него не|автоматично (?:створ|сформ|надіслан|генер)|自動(?:で|的に)|返信(?:しない|なさらない|いただけ|はご遠慮)|otomatik olarak|yanıtlama(?:y|d)|automatisch (?:gegenereerd|verzonden|aangemaakt|verstuurd|versendet|verschickt)|e-?mail automátic|(?:não|no) respond|automaticky (?:generovan|vygenerov|vytvořen|vytvoren|odeslán|odoslan)|neodpov[ií]d|automatikus(?:an)? (?:üzenet|generál|küld)|mesaj (?:generat )?automat|generat automat|automaattine?n viesti|automaattisesti|αυτόματ\p{L}* (?:μήνυμα|απάντηση)|请勿(?:直接)?回复|勿回[复覆]|系统自动|자동으로 ?(?:발송|생성|전송)|회신하지|발신 ?전용|رسالة (?:آلية|تلقائية)|הודעה אוטומטית|(?:thư|email) .{0,20}tự động|อัตโนมัติ|(?:pesan|email) otomatis|automatski (?:generiran|poslan)|samodejno (?:ustvarjen|poslan)|(?:replies|responses) (?:to this \w+ )?are not (?:monitored|read)|(?:mailbox|inbox|address|account) is (?:not monitored|unmonitored)/iu

// not-words: what programs write
const challenge =
  /\b(?:verify|confirm|prove) (?:that )?(?:you are|you're|your (?:e-?mail )?(?:address|identity)|yourself|this message)\b.{0,80}\b(?:human|person|spam|sender|inbox|delivered|deliver|address)|(?:requires?|needs?) (?:your )?(?:verification|confirmation)\b|spam ?arrest|boxtrapper|\btmda\b|challenge[- ]response|reply to this (?:message|e-?mail) (?:to|and|so)\b.{0,80}\bdeliver|подтвердите,? что вы|bestätigen sie,? dass sie (?:ein mensch|kein)/isu

// not-words: what programs write
const receivedIt =
  /(?:request|ticket|case|message|e-?mail|enquiry|inquiry)s? (?:\S+ ){0,4}(?:has been|have been|was) (?:successfully )?(?:received|created|opened|registered|logged)|(?:ticket|case|request) .{0,40}\b(?:created|opened|registered)\b|(?:we|we.ve|have) (?:got|received) your (?:\S+ )?(?:message|e-?mail|mail|request|enquiry|inquiry|ticket)|thank(?:s| you) for your (?:e-?mail|message|mail|enquiry|inquiry|request)\b|(?:bestätigen den )?eingang ihrer (?:nachricht|anfrage|e-?mail)|(?:ticket|vorgang|anfrage|anliegen)\b.{0,40}\b(?:angelegt|erstellt|eröffnet|registriert)|accus(?:ons|é de) réception|(?:ticket|demande)\b.{0,20} été (?:créée?|enregistrée?)|zgłoszenie .{0,20}(?:przyjęte|zarejestrowane)|acuse de recibo|ha sido recibid|è stata ricevut|(?:nachricht|anfrage|anliegen|e-?mail) .{0,40}(?:eingegangen|erhalten)|(?:vielen dank|danke) für ihre (?:anfrage|nachricht|e-?mail)|bien (?:été )?reçu|(?:hemos recibido|gracias por (?:contactar|su mensaje|escribir))|(?:recebemos|obrigado pel[oa])|(?:abbiamo ricevuto|grazie per aver)|(?:bedankt voor (?:uw|je)|hebben uw)|(?:tagit emot|tack för ditt)|(?:modtaget din|tak for din)|(?:mottatt din|takk for)|(?:otrzymaliśmy|dziękujemy za)|(?:получили ваш|спасибо за обращение|обращение принято|заявка принята)|(?:přijali jsme|děkujeme za)|(?:talebiniz|mesajınız) .{0,20}(?:alın|ulaş)|受け付け(?:まし|いたし)|受信(?:しま|いたしま)|お問い合わせ(?:いただき)?ありがとう|(?:已收到|收到了?)您的|感谢您的来信|접수되었|문의해 ?주셔서/iu
// not-words: what programs write
const answersLater =
  /(?:will|shall) (?:\S+ ){0,3}(?:get back|reply|respond|be in touch|contact|answer|review)|being (?:reviewed|processed)|to add additional comments|one of our|as soon as (?:we can|possible)|within (?:\S+ )?(?:\d+|one|two|business)|innerhalb von|schnellstmöglich|in kürze|melden uns|so bald wie|répondrons|répondra\b|prochainement|pondremos en contacto|risponder(?:à|anno)|al più presto|kümmern uns|odpowiemy|bearbeitung dauert|wird .{0,30}bearbeitet|dans les (?:plus brefs|meilleurs)|sous \d+|le responderemos|en breve|responderemos|il prima possibile|risponderemo|zo spoedig|binnen \d+|nemen .{0,30}contact|återkommer|så snart|vender tilbage|kommer tilbake|odpowiemy|wkrótce|ближайшее время|ответим|co nejdříve|en kısa sürede|折り返し|ご連絡|追って|尽快|稍后|빠른 시일/iu
/** What helpdesks tell whoever writes to them, of themselves. */
const acknowledges = (text: string) => receivedIt.test(text.slice(0, 500)) && answersLater.test(text.slice(0, 800))

/** Whether a text begins by saying that a program wrote it, or asks of whoever wrote to prove that they are none. A person may quote that as well. */
export const saysAutomated = (text: string): boolean => automated.test(text.slice(0, 400)) || acknowledges(text) || asksForProof(text)
export const asksForProof = (text: string): boolean => challenge.test(text.slice(0, 600))

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
