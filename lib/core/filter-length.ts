/** Apart from the language of filters, which is more than a form that asks for one needs. */
export const maxFilterLength = 2000
