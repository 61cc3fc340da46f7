/** What stands behind '#' in a request link: the ticket, the last day, the signature. */
export const keyPattern = /([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})\.([0-9a-z]{1,8})\.([\w-]{27})/
const linkInText = new RegExp(`/request#${keyPattern.source}`, 'g')

/** Text in which links to requests open nothing: who quotes a mail does not hand on the key that was in it. */
export const withoutKeys = (text: string): string => text.replace(linkInText, '/requests/$1-$2-$3-$4-$5')
