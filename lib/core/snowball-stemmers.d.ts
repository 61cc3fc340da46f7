declare module 'snowball-stemmers' {
  export interface Stemmer {
    stem(word: string): string
  }
  const snowball: {
    /** @throws Error for an algorithm that is not there */
    newStemmer(algorithm: string): Stemmer
    algorithms(): string[]
  }
  export default snowball
}
