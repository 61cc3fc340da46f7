/** The dialog's address, on whatever page of the workspace it is opened. */
export const newTicketAddress = '#new-ticket'

/** Says whether the dialog is to be shown, in `detail`: a refresh that is under way may write an address of before. */
export const newTicketEvent = 'new-ticket'

const say = (isOpen: boolean) => window.dispatchEvent(new CustomEvent(newTicketEvent, { detail: isOpen }))

let isPushed = false

/** Opens the dialog; going back closes it. */
export function openNewTicket() {
  if (window.location.hash !== newTicketAddress) {
    isPushed = true
    window.history.pushState(window.history.state, '', newTicketAddress)
  }
  say(true)
}

export function closeNewTicket() {
  say(false)
  if (window.location.hash === newTicketAddress) {
    if (isPushed) window.history.back()
    else window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
  }
  isPushed = false
}
