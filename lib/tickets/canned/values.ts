/** What is filled into a canned response, by its name, with the key of its words under `tickets.placeholders`. */
export const responseVariables = [
  { name: 'requester.name', says: 'requesterName' },
  { name: 'requester.firstName', says: 'requesterFirstName' },
  { name: 'requester.email', says: 'requesterEmail' },
  { name: 'ticket.number', says: 'ticketNumber' },
  { name: 'ticket.title', says: 'ticketTitle' },
  { name: 'agent.name', says: 'agentName' },
  { name: 'agent.firstName', says: 'agentFirstName' },
  { name: 'workspace.name', says: 'workspaceName' },
] as const

/** What texts that were written before call the workspace's name; it is filled in as ever and offered no more. */
export const formerVariables = { 'desk.name': 'workspace.name' } as const

/** Whether a macro writes something, which can't be taken back once it has left: it is read on the ticket's own page before. */
export const writes = ({ bodyHtml, changes }: { bodyHtml: string | null; changes: readonly { kind: string }[] }): boolean =>
  Boolean(bodyHtml) || changes.some(({ kind }) => kind === 'reply' || kind === 'note')
