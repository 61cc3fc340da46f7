import * as bulk from '../../tickets/actions/bulk'
import { previewBulk } from '../../tickets/actions/bulk-preview'
import { undoChange } from '../../tickets/actions/undo'
import * as answers from '../../tickets/canned/canned-responses'
import * as macros from '../../tickets/canned/macros'
import { checkAddressees } from '../../tickets/conversation/addressee'
import { attachToTicket } from '../../tickets/conversation/commands/attach'
import { changeRequester } from '../../tickets/conversation/commands/change-requester'
import * as createTickets from '../../tickets/conversation/commands/create'
import { replyToTicket } from '../../tickets/conversation/commands/reply'
import * as takePart from '../../tickets/conversation/commands/take-part'
import { undoCreation } from '../../tickets/conversation/commands/undo-create'
import * as drafts from '../../tickets/conversation/drafts'
import { downloadLinkedFile, readFileLink } from '../../tickets/conversation/file-link'
import * as messages from '../../tickets/conversation/messages'
import * as participation from '../../tickets/conversation/participation'
import * as conversation from '../../tickets/conversation/queries'
import { readRemotePicture } from '../../tickets/conversation/remote-picture'
import * as uploads from '../../tickets/conversation/uploads'
import * as fields from '../../tickets/fields/fields'
import * as links from '../../tickets/links/commands/link'
import { mergeTickets } from '../../tickets/links/commands/merge'
import { splitMessage } from '../../tickets/links/commands/split'
import { undoTicketMerge } from '../../tickets/links/commands/undo-merge'
import { listTicketMerges, previewTicketMerge } from '../../tickets/links/queries'
import { assignTicket } from '../../tickets/ticket/commands/assign'
import { changeDepartment } from '../../tickets/ticket/commands/change-department'
import { changeDetails } from '../../tickets/ticket/commands/change-details'
import { changeFields } from '../../tickets/ticket/commands/change-fields'
import { changePriority } from '../../tickets/ticket/commands/change-priority'
import * as status from '../../tickets/ticket/commands/change-status'
import { changeTags } from '../../tickets/ticket/commands/change-tags'
import { confirmSender } from '../../tickets/ticket/commands/confirm-sender'
import { markTicketRead } from '../../tickets/ticket/commands/mark-read'
import { rateTicket } from '../../tickets/ticket/commands/rate'
import { replaceTicket } from '../../tickets/ticket/commands/replace'
import * as watch from '../../tickets/ticket/commands/watch'
import * as ticketQueries from '../../tickets/ticket/queries'
import * as ticketRemoval from '../../tickets/ticket/removal'
import { requestLinkByMail } from '../../tickets/ticket/request-link'
import * as counts from '../../tickets/views/counts'
import * as ticketExport from '../../tickets/views/export'
import * as lists from '../../tickets/views/lists'
import { listOwnTickets } from '../../tickets/views/own-requests'
import { listTicketChoices, readTicketPage } from '../../tickets/views/ticket-page'
import * as views from '../../tickets/views/views'

export const ticketsRoutes = {
  tickets: {
    list: lists.listTickets,
    listOwn: listOwnTickets,
    counts: counts.countTickets,
    export: ticketExport.exportTickets,
    get: ticketQueries.getTicket,
    linkByMail: requestLinkByMail,
    page: readTicketPage,
    choices: listTicketChoices,
    messages: conversation.listMessages,
    create: createTickets.createTicket,
    createPublic: createTickets.createPublicTicket,
    undoCreation,
    changeRequester,
    reply: replyToTicket,
    assign: assignTicket,
    changeStatus: status.changeStatus,
    close: status.closeTicket,
    reopen: status.reopenTicket,
    rate: rateTicket,
    changePriority: changePriority,
    changeDepartment: changeDepartment,
    confirmSender,
    changeTags: changeTags,
    tags: ticketQueries.listTags,
    watch: watch.watchTicket,
    unwatch: watch.unwatchTicket,
    participations: participation.listParticipations,
    participation: participation.readParticipation,
    replyAsParticipant: participation.replyAsParticipant,
    checkAddressees,
    participants: takePart.listParticipants,
    addParticipant: takePart.addParticipant,
    removeParticipant: takePart.removeParticipant,
    markRead: markTicketRead,
    replace: replaceTicket,
    changeDetails: changeDetails,
    changeFields: changeFields,
    archive: ticketRemoval.archiveTicket,
    delete: ticketRemoval.deleteTicket,
    restore: ticketRemoval.restoreTicket,
    deleted: ticketRemoval.listDeletedTickets,
    startBulk: bulk.startBulk,
    previewBulk,
    bulk: bulk.getBulk,
    undoBulk: bulk.undoBulk,
    undo: undoChange,
    applyMacro: macros.applyMacro,
    saveDraft: drafts.saveDraft,
    discardDraft: drafts.discardDraft,
    sendDraft: drafts.sendDraft,
    takeBack: drafts.takeBackReply,
    editNote: messages.editNote,
    edits: messages.listEdits,
    markMessage: messages.markMessage,
    remotePicture: readRemotePicture,
    attachments: messages.listAttachments,
    attach: attachToTicket,
    link: links.linkTickets,
    unlink: links.unlinkTickets,
    merge: mergeTickets,
    merges: listTicketMerges,
    previewMerge: previewTicketMerge,
    undoMerge: undoTicketMerge,
    split: splitMessage,
  },
  files: {
    linked: readFileLink,
    downloadLinked: downloadLinkedFile,
    upload: uploads.uploadFile,
    remove: uploads.removeFile,
    read: messages.downloadFile,
    thumbnail: messages.downloadThumbnail,
    accept: messages.acceptFiles,
  },
  cannedResponses: {
    list: answers.listCannedResponses,
    create: answers.createCannedResponse,
    update: answers.updateCannedResponse,
    delete: answers.deleteCannedResponse,
    restore: answers.restoreCannedResponse,
    fill: answers.fillCannedResponse,
  },
  fields: {
    list: fields.listFields,
    listPublic: fields.listPublicFields,
    create: fields.createField,
    update: fields.updateField,
    delete: fields.deleteField,
    restore: fields.restoreField,
  },
  macros: {
    list: macros.listMacros,
    create: macros.createMacro,
    update: macros.updateMacro,
    delete: macros.deleteMacro,
    restore: macros.restoreMacro,
  },
  views: {
    list: views.listViews,
    create: views.createView,
    update: views.updateView,
    delete: views.deleteView,
    restore: views.restoreView,
  },
}
