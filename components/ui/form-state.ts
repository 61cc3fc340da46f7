/**
 * All that can be set in a form, as one text: what is typed, ticked and chosen, and how many rows there are.
 * Two times the same text: nothing was changed, or it was changed back.
 */
export function formState(form: HTMLFormElement): string {
  return JSON.stringify(
    [...form.elements].map((element) => {
      if (element instanceof HTMLInputElement)
        return element.type === 'checkbox' || element.type === 'radio' ? element.checked : element.value
      if (element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement) return element.value
      const pressed = element.getAttribute('aria-pressed') ?? element.getAttribute('aria-checked') ?? ''
      return `${element.getAttribute('role') === 'combobox' ? element.textContent : ''}${pressed}`
    }),
  )
}
