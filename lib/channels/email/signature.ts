/** Where a signature begins that stands at the end of what someone wrote. */

const longestSignature = 10
const longestSignatureLine = 100

const device =
  `(?:iphone|ipad|ipod|apple watch|mac|android|samsung|galaxy|blackberry|nokia|huawei|xiaomi|redmi|pixel|oneplus|oppo|htc|sony|xperia|motorola|lg|windows|outlook|
  |mobile|handy|smartphone|phone|mobilgerät|yahoo|gmail|aol|proton|mail|gmx|web\\.de|fairemail|k-9|spark|hey)`.replace(/\s*\n\s*\|?/g, '')
const small =
  '(?:my|mein(?:em|er)?|mon|ma|mi|mio|il|meu|mijn|mój|mojego|moj[eé]ho|min|mit|от|с|мо(?:его|ей)|benim|the|dem|der|für|for|pour|para|per|von|de|del|dal|do|da|van|z|från|fra)'
const named = `(?:${small} ){0,3}[^.?!,]{0,20}?${device}(?:[ -][^.?!,]{0,30})?`
const patterns = [
  `sent (?:from|via|with|using) ${named}(?: secure email)?`,
  `get outlook for [a-z]{2,10}(?: ?<[^>]{0,100}>| ?\\[[^\\]]{0,100}\\]| ?\\([^)]{0,100}\\))?`,
  `(?:von|mit|aus|über) ${named} gesendet|gesendet (?:von|mit|aus|über|mit der) ${named}`,
  `envoyé (?:de|depuis|à partir de|avec) ${named}|télécharger outlook pour [a-z]{2,10}`,
  `enviado (?:desde|do|a partir do|de|com o|con) ${named}|obtener outlook para [a-z]{2,10}`,
  `inviato (?:da|dal|con) ${named}|ottieni outlook per [a-z]{2,10}`,
  `verzonden (?:vanaf|met|via|vanuit) ${named}|wysłane z ${named}|wysłano z ${named}`,
  `отправлено (?:с|из|со) ${named}|${named}(?:'?(?:dan|den|m'?den|ımdan|imden))? gönderildi`,
  `skickat från ${named}|sendt fra ${named}|lähetetty ${named}|odesláno z ${named}|odoslané z ${named}`,
  `${device}から送信|${device} ?에서 보냄|发自我的 ?${device}|從我的 ?${device} ?傳送|أُرسلت من ?(?:الـ)? ?${device}|נשלח מה-?${device}(?: שלי)?`,
]
const ofDevice = new RegExp(`^(?:${patterns.join('|')})\\.?$`, 'iu')

/** "Sent from my iPhone": what a program adds, and no word more. */
const isOfDevice = (text: string): boolean => text.length < 120 && ofDevice.test(text)

/** Lines are plain; the last of them is not empty. Returns the place of the first that belongs to a signature, or `end`. */
export function signatureStart(textAt: (n: number) => string, from: number, end: number): number {
  if (end - 1 >= from && isOfDevice(textAt(end - 1))) return end - 1
  for (let n = end - 1; n >= from && n >= end - longestSignature; n--) {
    const text = textAt(n)
    // Twice, or below a colon, it parts what somebody lists.
    if (text === '--') return n < end - 1 && !isListed(textAt, from, n) ? n : end
    if (text === '' || text.length > longestSignatureLine || /[?!]$/.test(text) || /^(?:\d+[.)]|[-*•])\s/.test(text)) return end
    if (isSentence(text)) return end
  }
  return end
}

const farthest = 20

function isListed(textAt: (n: number) => string, from: number, until: number): boolean {
  if (until > from && /[:：]$/.test(textAt(until - 1))) return true
  for (let n = until - 1; n >= from && n >= until - farthest; n--) if (textAt(n) === '--') return true
  return false
}

/** Two thin lines are also a border between two things that somebody says: a name or an address is none of them. */
function isSentence(text: string): boolean {
  if (/^p\.? ?s\b/i.test(text)) return true
  const words = text.split(' ').filter((word) => /^\p{L}/u.test(word))
  return words.length >= 4 && words.filter((word) => /^\p{Ll}/u.test(word)).length * 2 >= words.length
}
