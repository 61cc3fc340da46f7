/** What the two kinds of messages are called where they are written. */
export const kinds = {
  reply: { name: 'Reply', placeholder: 'Write a reply. Type / for a canned response.', send: 'Send', files: 'Files for the reply' },
  note: { name: 'Note', placeholder: 'Write a note for your team. @ calls somebody.', send: 'Add note', files: 'Files for the note' },
} as const
