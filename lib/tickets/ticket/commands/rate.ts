import { z } from 'zod'
import { invalid } from '../../../core/errors'
import { visibleText } from '../../../core/text'
import { customerProcedure } from '../../../procedure/builders'
import { maxRatingComment, ratings } from '../attribute'
import { refuseUnless, reload } from '../lock'
import { canRate } from '../policy'
import { loadTicket, toView } from '../queries'
import { changeTicket } from '../record'
import { ticketOutput, ticketRef } from '../schema'
import { isAnswered } from '../workflow'

export const rateTicket = customerProcedure
  .meta({ permission: 'ticket.reply' })
  .route({
    method: 'PUT',
    path: '/ticket/{id}/rating',
    tags: ['Tickets'],
    summary: 'Rate how your own request was resolved',
    description: 'For as long as you could reopen it. What you say later replaces what you said before.',
  })
  .input(
    z.strictObject({
      ...ticketRef.shape,
      rating: z.enum(ratings),
      /** Left out, it stays as it is; null takes it back. */
      comment: z.string().overwrite(visibleText).trim().max(maxRatingComment).nullable().optional(),
    }),
  )
  .output(ticketOutput)
  .handler(async ({ context, input: { id, rating, comment } }) => {
    const ticket = await loadTicket(context, id, 'lock')
    if (!isAnswered(ticket.status)) throw invalid({ id: ['tickets.notResolved'] })
    refuseUnless(canRate, context, ticket)
    const ratingComment = comment === undefined ? ticket.ratingComment : comment || null
    if (rating === ticket.rating && ratingComment === ticket.ratingComment) return toView(context.actor, ticket)
    await changeTicket(context, ticket, { rating, ratingComment })
    context.emit('ticket.rated', { before: ticket.rating, after: rating, comment: ratingComment }, { subjectId: id })
    return reload(context, id)
  })
