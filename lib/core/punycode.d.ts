declare module 'punycode.js' {
  const punycode: {
    /** @throws RangeError for a label that can't be read */
    toUnicode(domain: string): string
  }
  export default punycode
}
