import * as contactCommands from '../../contacts/commands'
import { exportContacts } from '../../contacts/export'
import * as contactImport from '../../contacts/import'
import * as contactMerge from '../../contacts/merge'
import * as contacts from '../../contacts/queries'
import * as contactPrivacy from '../../privacy/commands'
import { listDeletions } from '../../privacy/deletions'
import * as contactTickets from '../../tickets/views/contact-tickets'

export const contactsRoutes = {
  contacts: {
    list: contacts.listContacts,
    export: exportContacts,
    previewImport: contactImport.previewImport,
    import: contactImport.startImport,
    readImport: contactImport.getImport,
    get: contacts.getContact,
    tickets: contactTickets.listContactTickets,
    countTickets: contactTickets.countContactTickets,
    ticketMonths: contactTickets.listContactMonths,
    create: contactCommands.createContact,
    update: contactCommands.updateContact,
    delete: contactCommands.removeContact,
    restore: contactCommands.restoreContact,
    merge: contactMerge.mergeContacts,
    merges: contactMerge.listMerges,
    undoMerge: contactMerge.undoMerge,
    personalData: contactPrivacy.exportPersonalData,
    erase: contactPrivacy.eraseContact,
  },
  organisations: {
    list: contacts.listOrganisations,
    get: contacts.getOrganisation,
    tickets: contactTickets.listOrganisationTickets,
    countTickets: contactTickets.countOrganisationTickets,
    ticketMonths: contactTickets.listOrganisationMonths,
    create: contactCommands.createOrganisation,
    update: contactCommands.updateOrganisation,
    delete: contactCommands.deleteOrganisation,
    restore: contactCommands.restoreOrganisation,
  },
  deletions: { list: listDeletions },
}
