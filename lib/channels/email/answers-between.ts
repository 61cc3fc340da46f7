import { isRule } from './attribution'

// not-words: as mails have them
const inline = /in-?line\b|between the lines|(?<!\p{L})(?:zwischen den zeilen|im text|dans le texte)(?!\p{L})/iu
// not-words: as mails have them
const inColour =
  /(?<!\p{L})(?:red|blue|green|yellow|purple|orange|bold|caps|capitals|upper case|rot(?:er)?|blau(?:er)?|grün(?:er)?|gelb|fett|großbuchstaben|rouge|bleu|vert|jaune|gras|majuscules|rojo|azul|verde|amarillo|negrita|mayúsculas|rosso|blu|giallo|grassetto|maiuscol[oe]|vermelho|amarelo|negrito|maiúsculas|rood|rode|blauw|groen|geel|vet|hoofdletters|czerwon\p{L}+|niebiesk\p{L}+|zielon\p{L}+|żółt\p{L}+|красн\p{L}+|син\p{L}+|зел[её]н\p{L}+|ж[её]лт\p{L}+|червон\p{L}+|rö[dt]t?|blåt?t?|grö?nt?|gult?|rødt?|grønt?|kırmızı|mavi|yeşil|sarı|červen\p{L}+|modř\p{L}+|zelen\p{L}+|žlut\p{L}+|punais\p{L}+|sinis\p{L}+|vihre\p{L}+|keltais\p{L}+|piros\p{L}*|kék\p{L}*|zöld\p{L}*|sárg\p{L}+|roșu|albastru|κόκκιν\p{L}+|μπλε|πράσιν\p{L}+|nyekundu|[בה]?(?:אדום|כחול|ירוק|צהוב)|ب?(?:ال)?(?:لون )?(?:ال)?(?:أحمر|أزرق|أخضر))(?!\p{L})|[红紅赤蓝藍青绿綠緑黄黃](?:色|字)|빨간|파란|초록|노란/iu
// not-words: as mails have them
const within =
  /embedded|(?:next to|beside|behind|after|under|beneath|at|with) (?:each|every|your|the) (?:question|point|item)|(?:within|inside|in) (?:the|your) (?:original |e-?)?(?:text|e-?mail|mail|message|body|questions?)\b|marked with|preceded by|prefixed|(?<!\p{L})(?:bei|hinter|unter|neben|zu) (?:den|ihren|deinen|jeder|den jeweiligen) (?:fragen?|punkten)|in (?:ihrer|deiner|der) (?:e-?mail|mail|nachricht)|dans (?:le|votre|ton) (?:texte|e-?mail|mail|message|courriel)|en (?:el|su|tu) (?:texto|correo|mensaje)|nel(?:la)? (?:testo|tua|sua|mail)|no (?:texto|seu e-?mail)|in (?:de|uw|je) (?:tekst|mail)|w (?:tekście|treści)|в (?:тексте|письме|вашем письме|тілі)|у (?:тексті|листі)|i (?:texten|teksten)|metn\p{L}*|v textu|tekstissä|szövegben|στο κείμενο/iu
// not-words: as mails have them
const withinAsian = /文中|原文|正文|本文|본문|בגוף|בתוך|في النص|داخل النص/u
// not-words: as mails have them
const below =
  /below|(?<!\p{L})(?:unten|unterhalb|ci-dessous|plus bas|abajo|abaixo|di seguito|(?:qui )?sotto|hieronder|onderstaand|poniżej|ниже|aşağıda|nedan|nedenfor|níže|chini)(?!\p{L})|下記|下面|أدناه|أسفل|למטה/iu
// not-words: as mails have them
const answers =
  /answer|comment|repl(?:y|ies)|remark|notes?\b|antwort|kommentar|anmerk|réponse|remarque|respuesta|comentario|resposta|rispost|antwoord|opmerking|odpowied|komentar|ответ|коммент|cevap|yorum|svar|majibu|vastau|válasz|απαντ|odpověd|odpoveď|răspuns|response|inputs?\b|답변|회신|回信|答え|إجاب|ردود|הערות|回复|回覆|答复|批注|回答|コメント|返信|رد|تعليق|תשוב/iu
// not-words: as mails have them
const pointing = /(?<!\p{L})(?:see|siehe|voir|véase|ver|vedi|zie|см\.?|mine|meine|les miennes|los míos|le mie)(?!\p{L})/iu
const fewWords = 4

/** Whether a line says that more of what they wrote is in what follows. "Below is the number:" is about their own words. */
export function saysBetween(text: string): boolean {
  if (inline.test(text)) return true
  if (inColour.test(text) && (answers.test(text) || (pointing.test(text) && text.split(' ').length <= fewWords))) return true
  if ((within.test(text) || withinAsian.test(text)) && answers.test(text)) return true
  const found = below.exec(text)
  if (!found) return false
  const more = text.slice(found.index + found[0].length)
  return (
    !/^[\p{L}\p{M}\p{N} ]{3,}[:：]/u.test(more) ||
    /(?:answer|antwort|réponse|respuesta|resposta|rispost|ответ|svar|comment|kommentar|回复|回答)/iu.test(text)
  )
}

interface Line {
  text: string
  isStriking?: boolean
  mark?: string | undefined
}
const farthest = 60

/** Whether some of an earlier message is in a strong colour, and not all of it: so people write their answers into it. */
export function hasColoured(lines: readonly Line[], from: number): boolean {
  let [some, all] = [false, true]
  for (let n = from; n < lines.length && n < from + farthest; n++) {
    const { text, mark, isStriking } = lines[n] as Line
    if (n > from && (isRule(text.trim()) || mark === 'rest')) break
    if (text.trim() === '') continue
    if (isStriking) some = true
    else all = false
  }
  return some && !all
}
