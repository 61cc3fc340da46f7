/** Whether somebody says that their answers stand within what they quote. */

// not-words: as mails have them
const inline = /in-?line\b|between the lines|(?<!\p{L})(?:zwischen den zeilen|im text|dans le texte)(?!\p{L})/iu
// not-words: as mails have them
const inColour =
  /in (?:red|blue|green|bold|caps|capitals)\b|(?<!\p{L})(?:in rot|in blau|en rouge|en bleu|en gras|en rojo|a vermelho|em vermelho|in rosso|in het rood)(?!\p{L})|红色|紅色|赤字/iu
// not-words: as mails have them
const below =
  /below|(?<!\p{L})(?:unten|unterhalb|ci-dessous|plus bas|abajo|abaixo|di seguito|qui sotto|hieronder|onderstaand|poniżej|ниже|aşağıda|nedan|nedenfor|níže|chini)(?!\p{L})|下記|下面|أدناه|أسفل|למטה/iu
// not-words: as mails have them
const answers =
  /answer|comment|repl(?:y|ies)|remark|notes?\b|antwort|kommentar|anmerk|réponse|remarque|respuesta|comentario|resposta|rispost|antwoord|opmerking|odpowied|komentar|ответ|коммент|cevap|yorum|svar|majibu|回复|回覆|答复|批注|回答|コメント|返信|رد|تعليق|תשוב|(?:see|siehe|voir|véase|vedi|zie|см\.?)(?!\p{L})/iu

/** Whether a line says that more of what they wrote is in what follows. "Below is the number:" is about their own words. */
export function saysBetween(text: string): boolean {
  if (inline.test(text)) return true
  if (inColour.test(text)) return answers.test(text)
  const found = below.exec(text)
  if (!found) return false
  const more = text.slice(found.index + found[0].length)
  return (
    !/^[\p{L}\p{M}\p{N} ]{3,}[:：]/u.test(more) ||
    /(?:answer|antwort|réponse|respuesta|resposta|rispost|ответ|svar|comment|kommentar|回复|回答)/iu.test(text)
  )
}
