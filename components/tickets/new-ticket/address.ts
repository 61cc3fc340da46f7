/** The dialog's address, on whatever page of the workspace it is opened. */
export const newTicketAddress = '#new-ticket'

let isPushed = false

/** Opens the dialog; going back closes it. */
export function openNewTicket() {
  if (window.location.hash === newTicketAddress) return
  isPushed = true
  window.history.pushState(window.history.state, '', newTicketAddress)
  window.dispatchEvent(new Event('hashchange'))
}

export function closeNewTicket() {
  if (window.location.hash !== newTicketAddress) return
  if (isPushed) window.history.back()
  else {
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
    window.dispatchEvent(new Event('hashchange'))
  }
  isPushed = false
}
