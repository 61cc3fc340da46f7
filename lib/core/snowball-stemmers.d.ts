declare module 'snowball-stemmers' {
  export interface Stemmer {
    stem(word: string): string
  }
  /** @throws Error for an algorithm that is not there */
  export function newStemmer(algorithm: string): Stemmer
}
