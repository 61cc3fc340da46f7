import { ignoreList, listIgnoredLists, unignoreList } from '../../channels/email/commands/ignore-list'
import { recoverMail } from '../../channels/email/commands/recover'
import { listBlockedSenders, unblockSender } from '../../channels/email/commands/unblock'
import { listMail } from '../../channels/email/incoming-mail'
import { finishConsent, startConsent } from '../../channels/email/mailboxes/commands/authorise'
import * as newMailbox from '../../channels/email/mailboxes/commands/create'
import * as mailboxDeletion from '../../channels/email/mailboxes/commands/delete'
import { disconnectMailbox } from '../../channels/email/mailboxes/commands/disconnect'
import { syncMailbox, testConnection } from '../../channels/email/mailboxes/commands/try'
import * as mailboxSettings from '../../channels/email/mailboxes/commands/update'
import * as mailboxes from '../../channels/email/mailboxes/queries'
import * as mails from '../../channels/email/queries'
import { replayMail } from '../../channels/email/replay'
import * as mailSource from '../../channels/email/source'
import * as mailTemplateCommands from '../../correspondence/commands'
import * as outgoing from '../../correspondence/outgoing-mail'
import * as mailTemplates from '../../correspondence/queries'
import * as signatures from '../../correspondence/signature'
import * as suppressions from '../../correspondence/suppressions'

export const mailRoutes = {
  mailboxes: {
    list: mailboxes.listMailboxes,
    get: mailboxes.getMailbox,
    fetches: mailboxes.listFetches,
    create: newMailbox.createMailbox,
    update: mailboxSettings.updateMailbox,
    delete: mailboxDeletion.deleteMailbox,
    restore: mailboxDeletion.restoreMailbox,
    test: testConnection,
    sync: syncMailbox,
    ofDepartment: mailboxes.listDepartmentMailboxes,
    addToDepartment: newMailbox.addDepartmentMailbox,
    smtp: mailboxSettings.getSmtp,
    updateSmtp: mailboxSettings.updateSmtp,
    authorise: startConsent,
    finish: finishConsent,
    disconnect: disconnectMailbox,
  },
  mail: {
    list: listMail,
    get: mails.getMail,
    download: mailSource.downloadMail,
    file: mailSource.downloadMailFile,
    source: mailSource.readSource,
    recover: recoverMail,
    replay: replayMail,
    listBlockedSenders,
    unblockSender,
    ignoreList,
    listIgnoredLists,
    unignoreList,
    listOutgoing: outgoing.listOutgoingMail,
    getOutgoing: outgoing.getOutgoingMail,
    sentSource: outgoing.readSentSource,
    resend: outgoing.resendMail,
    suppressUndelivered: outgoing.suppressUndelivered,
    listSuppressions: suppressions.listSuppressions,
    addSuppression: suppressions.addSuppression,
    removeSuppression: suppressions.removeSuppression,
  },
  mailTemplates: {
    list: mailTemplates.listMailTemplates,
    get: mailTemplates.getMailTemplate,
    save: mailTemplateCommands.saveMailTemplate,
    reset: mailTemplateCommands.resetMailTemplate,
    preview: mailTemplates.previewMailTemplate,
    test: mailTemplateCommands.testMailTemplate,
  },
  mailIdentities: { list: signatures.listMailIdentities, save: signatures.saveMailIdentity },
  signature: { get: signatures.getOwnSignature, save: signatures.saveOwnSignature, ofTicket: signatures.readTicketSignature },
}
