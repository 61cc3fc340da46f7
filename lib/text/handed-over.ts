/** Texts of the catalogue, one or two names deep. */
export type Texts = Record<string, Record<string, unknown>>

// The bundle that decides which texts a page needs and the one that draws it are two copies of every module.
const store = globalThis as typeof globalThis & { __barazaTexts?: Map<string, Texts> }
store.__barazaTexts ??= new Map()

/** The texts that pages of this process refer to, by the address at which a browser reads them. */
export const handedOver = store.__barazaTexts
