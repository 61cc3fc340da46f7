/** What stands behind '#' in a request link: the ticket, the last day, the signature. */
export const keyPattern = /([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})\.([0-9a-z]{1,8})\.([\w-]{27})/
const linkInText = new RegExp(`/request#${keyPattern.source}`, 'g')

/** What a link to a file ends with: the file, the last day, the signature. */
export const fileKey = keyPattern
const fileInText = new RegExp(`/file/${fileKey.source}`, 'g')

/** What stands in the place of a key that is left out. */
export const noKey = '…'

/** Mail systems that check links write the address into one of their own, with the signs around the key and in it as they like. */
const keyAnywhere = /[0-9a-f]{32}\.[0-9a-z]{1,8}\.[\w-]{27,81}/g

/** Text in which links to requests and files open nothing: who quotes a mail does not hand on the key that was in it. */
export const withoutKeys = (text: string): string =>
  text.replace(linkInText, '/requests/$1-$2-$3-$4-$5').replace(fileInText, '/requests').replace(keyAnywhere, noKey)
