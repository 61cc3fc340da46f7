import { call } from '@orpc/server'
import type { Metadata } from 'next'
import dynamic from 'next/dynamic'
import { getTranslations } from 'next-intl/server'
import { cache } from 'react'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { Ledger } from '@/components/sla/ledger'
import { TicketSla } from '@/components/sla/ticket-sla'
import { Composer } from '@/components/tickets/composer'
import { ConversationPane, WaitingPlace } from '@/components/tickets/conversation-pane'
import { DetailsButton, DetailsPane } from '@/components/tickets/details-pane'
import { LiveTicket, Others, Replying } from '@/components/tickets/live-ticket'
import { MarkRead } from '@/components/tickets/mark-read'
import { OwnVersionProvider } from '@/components/tickets/own-version'
import { Participants } from '@/components/tickets/participants'
import { Properties } from '@/components/tickets/properties'
import { ShownMarks } from '@/components/tickets/queue/shown-marks'
import { RequesterCard } from '@/components/tickets/requester-card'
import { SenderDoubt, SenderInDoubt } from '@/components/tickets/sender-doubt'
import { SlaChip } from '@/components/tickets/sla-chip'
import { StaffConversation } from '@/components/tickets/staff-conversation'
import { StateNotes, TicketLinks } from '@/components/tickets/state-notes'
import { Tags } from '@/components/tickets/tags'
import { TicketFields } from '@/components/tickets/ticket-fields'
import { ticketFrame } from '@/components/tickets/ticket-frame'
import { TicketKeys } from '@/components/tickets/ticket-keys'
import { TicketMenu } from '@/components/tickets/ticket-menu'
import { Title } from '@/components/tickets/title'
import { Watchers } from '@/components/tickets/watchers'
import { Card } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { readTicketPage } from '@/lib/tickets/views/ticket-page'

// Few tickets ask for it.
const ConfirmSender = dynamic(() => import('@/components/tickets/confirm-sender').then((module) => module.ConfirmSender))

const readPage = cache((id: string) => load((context) => call(readTicketPage, { id }, { context })))

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { ticket } = await readPage((await params).id)
  return { title: `${ticket.number} ${ticket.title}` }
}

interface Props {
  params: Promise<{ id: string }>
}

export default async function TicketPage({ params }: Props) {
  const t = await getTranslations('agent.ticket')
  const attribute = await getTranslations('tickets.attributes')
  const { person } = await signedIn()
  const { id } = await params
  const {
    ticket,
    isShareable,
    messages,
    links,
    watchers,
    participants,
    addressees,
    suppressed,
    categories,
    activity,
    drafts,
    fields,
    others,
    undoSeconds,
    afterResolve,
    isMentioned,
    since,
  } = await readPage(id)
  const { timeZone } = person
  const newest = messages.findLast(({ kind }) => kind !== 'note')
  return (
    <Texts of={['tickets']}>
      <LiveTicket key={ticket.id} ticketId={ticket.id} since={since}>
        <OwnVersionProvider version={ticket.version} undoSeconds={undoSeconds} afterResolve={afterResolve}>
          <SenderDoubt isUnverified={ticket.isUnverified}>
            <div className={ticketFrame.page}>
              <MarkRead
                ticketId={ticket.id}
                isNews={ticket.hasNewReply || isMentioned || ticket.firstOpenedAt === null}
                newestId={messages.at(-1)?.id ?? null}
              />
              <div className={ticketFrame.main}>
                <header className={ticketFrame.header}>
                  <div className="flex items-center gap-1">
                    <TicketKeys ticketId={ticket.id} />
                    <DetailsButton />
                    <TicketMenu
                      ticket={ticket}
                      mayRemove={person.permissions.includes('ticket.delete')}
                      mayFind={person.permissions.includes('contact.view')}
                      timeZone={timeZone}
                    />
                  </div>
                  <Title ticket={ticket} />
                  <p className={ticketFrame.marks}>
                    <span>{ticket.number}</span>
                    <ShownMarks ticket={{ id: ticket.id, version: ticket.version, priority: ticket.priority, status: ticket.status }} />
                    <SenderInDoubt />
                    {ticket.clocks.length > 0 && (
                      <Ledger ticketId={ticket.id} timeZone={timeZone}>
                        <SlaChip clocks={ticket.clocks} timeZone={timeZone} />
                      </Ledger>
                    )}
                    <Others />
                  </p>
                  {ticket.isUnverified && <ConfirmSender ticket={ticket} />}
                  <StateNotes ticket={ticket} timeZone={timeZone} />
                  <TicketLinks ticketId={ticket.id} links={links} mayUnlink={ticket.abilities.update} />
                </header>
                <WaitingPlace>
                  <ConversationPane
                    label={t('conversation')}
                    newestOwn={messages.findLast(({ author }) => author.id === person.id)?.id ?? null}
                  >
                    <StaffConversation
                      messages={messages}
                      activity={activity}
                      timeZone={timeZone}
                      tools={{
                        ticketId: ticket.id,
                        mayUpdate: ticket.abilities.update,
                        mayUnsuppress: person.permissions.includes('mail.manage'),
                        inCc: participants.map((each) => each.id),
                      }}
                    />
                  </ConversationPane>
                  <div className="grid grid-cols-[minmax(0,1fr)] gap-2 lg:px-4">
                    <Replying />
                    <Composer
                      key={ticket.id}
                      ticket={ticket}
                      drafts={drafts}
                      me={person.id}
                      myName={person.name}
                      addressees={addressees}
                      suppressed={suppressed}
                      participants={participants}
                      mayOpenSuppressions={person.permissions.includes('mail.view')}
                      newest={newest ? { id: newest.id, author: newest.author } : null}
                    />
                  </div>
                </WaitingPlace>
              </div>
              <DetailsPane label={t('details')}>
                <Card className="grid grid-cols-[minmax(0,1fr)] gap-3 p-4">
                  <RequesterCard requester={ticket.requester} others={others} mayOpen={person.permissions.includes('contact.view')} />
                </Card>
                <Card className="p-4">
                  <TicketSla ticketId={ticket.id} clocks={ticket.clocks} timeZone={timeZone} />
                </Card>
                <Card className="grid grid-cols-[minmax(0,1fr)] gap-0.5 p-4">
                  <Properties
                    ticket={ticket}
                    isShareable={isShareable}
                    categories={categories}
                    me={{ id: person.id, name: person.name }}
                    timeZone={timeZone}
                  />
                  <TicketFields ticket={ticket} fields={fields} />
                  <Tags ticket={ticket} />
                  <Watchers ticketId={ticket.id} me={person.id} watchers={watchers} mayChange={ticket.abilities.update} />
                </Card>
                <Card className="p-4">
                  <Participants
                    ticketId={ticket.id}
                    participants={participants}
                    suppressed={suppressed}
                    timeZone={timeZone}
                    mayChange={ticket.abilities.update}
                    mayOpen={person.permissions.includes('contact.view')}
                  />
                </Card>
                <dl className="grid grid-cols-2 gap-y-1 px-1 text-sm text-muted">
                  <dt>{attribute('createdAt')}</dt>
                  <dd className="text-end">
                    <Time at={ticket.createdAt} timeZone={timeZone} />
                  </dd>
                  <dt>{attribute('firstResponseAt')}</dt>
                  <dd className="text-end">
                    {ticket.firstResponseAt ? <Time at={ticket.firstResponseAt} timeZone={timeZone} /> : t('notYet')}
                  </dd>
                  {ticket.resolvedAt && (
                    <>
                      <dt>{attribute('resolvedAt')}</dt>
                      <dd className="text-end">
                        <Time at={ticket.resolvedAt} timeZone={timeZone} />
                      </dd>
                    </>
                  )}
                </dl>
              </DetailsPane>
            </div>
          </SenderDoubt>
        </OwnVersionProvider>
      </LiveTicket>
    </Texts>
  )
}
