/** What keys do, as `?` lists it. On a ticket and on a list the palette offers them too. */
export const ticketKeys = [
  { key: 'r', name: 'ticket.reply' },
  { key: 'n', name: 'ticket.note' },
  { key: 'a', name: 'ticket.assign' },
  { key: 'i', name: 'ticket.take' },
  { key: 's', name: 'ticket.status' },
  { key: 'p', name: 'ticket.priority' },
  { key: 't', name: 'ticket.tag' },
  { key: 'h', name: 'ticket.hold' },
  { key: 'e', name: 'ticket.resolve' },
  { key: 'm', name: 'ticket.macro' },
  { key: 'M', name: 'ticket.merge' },
] as const
