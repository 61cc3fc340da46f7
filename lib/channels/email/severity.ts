/**
 * What mail systems say of an address: that its mailbox is full, that it is not to be had just now or refuses what was written, or that
 * there is none. Only the last speaks against it.
 */

const full =
  /mailbox (?:is )?(?:full|exceeded)|over ?-?(?:the )?quota|quota exceeded|exceed\w* (?:\w+ )?(?:quota|storage)|storage (?:limit|allocation)|insufficient (?:system )?storage|inbox is full|mailbox size|(?:account|folder|mail ?store) is full|(?:out of|no more) (?:storage )?space|\bquota\b|mailbox .{0,40}full/i
const fullAbroad =
  // not-words: what mail systems write
  /(?:postfach|speicher)\S* .{0,40}(?:voll|überschritten)|boîte .{0,40}(?:pleine|saturée)|(?:buz[oó]n|casilla) .{0,30}llen[oa]|casella .{0,30}piena|caixa .{0,30}(?:cheia|lotada)|(?:postvak|mailbox) .{0,40}\bvol\b|skrzynk\p{L}* .{0,40}(?:pełna|przepełnion)|schránk\p{L}* .{0,40}(?:plná|překročen)|posta kutusu .{0,40}dolu|kota(?:sı)? (?:aş|dol)|megtelt|täynnä|переполнен|переповнен|已满|已滿|容量|いっぱい|가득|용량/iu
const passing =
  /too large|message size|size limit|grey-?list|try again later|temporar|deferred|timed? ?out|retry timeout|(?:in the |on the )?queue too long|expired|max(?:imum)? time|rate limit|daily limit|hop count|mail loop|being moved|\brelay|\bspf\b|\bdkim\b|\bdmarc\b|not authori[sz]ed|their limit|per hour|too many|spam|blocked|blacklist|blocklist|policy|reputation|virus|sender\b.{0,40}(?:verif|reject|denied)|bad outbound sender/i
const gone =
  /user (?:is )?unknown|(?:unknown|invalid|no such|non-?existent|unrecogni[sz]ed|bad|illegal|incorrect) (?:local )?(?:users?|mailbox(?:es)?|recipients?|address(?:es)?|person|accounts?|local part|alias|domain|destination)|not recogni[sz]ed|illegal host|may not exist|no mx\b|inactivity|not active\b|no longer (?:exist|valid|active|in use|available|with|work)|not a (?:known|valid) (?:user|address|mailbox|recipient)|(?:users?|accounts?|recipients?|mailbox|address(?:es)?)\b.{0,60}(?:not (?:found|known)|does ?n[o']t exist|not exist|unknown|disabled|inactive|deactivated|deleted|suspended|closed|invalid|not listed)|(?:could ?n[o']t|cannot) be found|wasn't found|doesn't have an? .{0,60}account|no mailbox here|invalid recipient|unrouteable|domain (?:name )?not found|(?:host|computer|server|domain)\b.{0,40}not found|non-?existent (?:hosts?|domains?)|not listed in|no longer accepts|address not found/i
const goneAbroad =
  // not-words: what mail systems write
  /unbekannt|gelöscht|deaktiviert|gesperrt|nicht (?:mehr )?(?:gültig|bekannt|gefunden|vorhanden)|existiert nicht|nicht im .{0,40}aufgeführt|n'existe (?:pas|plus)|n'est plus (?:valide|active)|introuvable|n'est pas répertorié|no existe|não (?:existe|foi encontrad)|no se encontró|no (?:aparece|figura) en|non (?:esiste|trovat)|inesistente|inexistente|bestaat niet|niet bestaat|niet gevonden|onbekend|nie (?:istnieje|znaleziono)|nieznany|neexistuje|nenalezen|nem (?:található|létezik)|ismeretlen|nu (?:există|a fost găsit)|inte finns|finns inte|hittades inte|okänd|(?:finnes|findes|finns) ikke|ukendt|ukjent|ei (?:löydy|löytynyt|ole olemassa)|tuntematon|bulunamadı|mevcut değil|kullanıcı yok|inconnu|desconocido|sconosciut|desconhecid|не (?:найден|существует|зарегистрирован|існує|знайдено)|не удалось найти|δεν (?:υπάρχει|βρέθηκε)|غير موجود|لا يوجد|לא (?:קיי[םמ]|נמצא)|不存在|找不到|未找到|查无此|存在しません|見つかりません|宛先不明|존재하지 않|찾을 수 없|ไม่พบ|không tồn tại/iu
const isGone = (words: string) => gone.test(words) || goneAbroad.test(words)

/** Statuses of 5.x that say nothing against the address. */
const passingStatus = /^5\.(?:1\.(?:[78]|20|90)|2\.[234]|3\.\d+|4\.[67]|5\.\d+|6\.\d+|7\.\d+)$/

/** What mail systems say of any failure, late ones included. */
const final = /permanent (?:error|fatal)|(?:recipient|mailbox|address|account)\b.{0,60}(?:unavailable|rejected)|\b55\d\b/i

/** Whether an address does not work, by the status (RFC 3463) and the words of who refused it. */
export function isHard(status: string | null, words: string): boolean {
  if (full.test(words) || fullAbroad.test(words)) return false
  if (status && !/^5/.test(status)) return false
  if (status && passingStatus.test(status))
    return /^5\.(?:7\.1|[35]\.0)$/.test(status) && (isGone(words) || /unavailable|rejected/i.test(words)) && !passing.test(words)
  if (status && /^5\.1\.[1-9]/.test(status)) return true
  if (status && !/^5\.0\.0$/.test(status)) return isGone(words) || !passing.test(words)
  if (isGone(words)) return true
  if (passing.test(words)) return false
  return status !== null || final.test(words)
}
