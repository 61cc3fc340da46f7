/** The two panes of a ticket's page, which its preview has as well. */
export const ticketFrame = {
  page: 'grid grid-cols-[minmax(0,1fr)] gap-5 p-4 lg:h-screen lg:grid-cols-[minmax(0,1fr)_20rem] lg:grid-rows-[minmax(0,1fr)] lg:gap-0 lg:p-0 print:h-auto',
  main: 'flex min-w-0 flex-col gap-4 lg:gap-3 lg:py-3',
  header: 'grid grid-cols-[minmax(0,1fr)] gap-1.5 lg:px-4',
  marks: 'flex flex-wrap items-center gap-2 text-muted',
  /** On a phone they are in a sheet. */
  details: 'grid max-md:hidden print:grid grid-cols-[minmax(0,1fr)] content-start gap-4 lg:overflow-y-auto lg:border-s lg:p-3',
}
