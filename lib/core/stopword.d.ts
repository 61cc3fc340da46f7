declare module 'stopword' {
  export const ara: string[], cat: string[], ces: string[], dan: string[], deu: string[], ell: string[], eng: string[], eus: string[]
  export const fas: string[], fin: string[], fra: string[], gle: string[], heb: string[], hin: string[], hun: string[], hye: string[]
  export const ind: string[], ita: string[], nld: string[], nob: string[], pol: string[], por: string[], ron: string[], rus: string[]
  export const slk: string[], slv: string[], spa: string[], swa: string[], swe: string[], tur: string[], ukr: string[], urd: string[]
  export const vie: string[]
}
