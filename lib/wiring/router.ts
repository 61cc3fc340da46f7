import './wire'
import * as account from '../accounts/account'
import * as apiTokens from '../accounts/api-tokens'
import * as auth from '../accounts/auth'
import { downloadAvatar, listAvatars, uploadAvatar } from '../accounts/avatar'
import { inviteSeveral } from '../accounts/invitations'
import * as people from '../accounts/people'
import { getPerson, listPeople } from '../accounts/queries'
import * as roles from '../accounts/roles'
import { getViewer } from '../accounts/viewer'
import * as deliveries from '../audit/deliveries'
import { exportEvents } from '../audit/export'
import * as jobs from '../audit/job-runs'
import { listEvents } from '../audit/queries'
import { answerChat } from '../channels/chat/answer'
import { ignoreList, listIgnoredLists, unignoreList } from '../channels/email/commands/ignore-list'
import { recoverMail } from '../channels/email/commands/recover'
import { listBlockedSenders, unblockSender } from '../channels/email/commands/unblock'
import { listMail } from '../channels/email/incoming-mail'
import { finishConsent, startConsent } from '../channels/email/mailboxes/commands/authorise'
import * as newMailbox from '../channels/email/mailboxes/commands/create'
import * as mailboxDeletion from '../channels/email/mailboxes/commands/delete'
import { disconnectMailbox } from '../channels/email/mailboxes/commands/disconnect'
import { syncMailbox, testConnection } from '../channels/email/mailboxes/commands/try'
import * as mailboxSettings from '../channels/email/mailboxes/commands/update'
import * as mailboxes from '../channels/email/mailboxes/queries'
import * as mails from '../channels/email/queries'
import { replayMail } from '../channels/email/replay'
import * as mailSource from '../channels/email/source'
import * as contactCommands from '../contacts/commands'
import { exportContacts } from '../contacts/export'
import * as contactImport from '../contacts/import'
import * as contactMerge from '../contacts/merge'
import * as contacts from '../contacts/queries'
import * as mailTemplateCommands from '../correspondence/commands'
import * as outgoing from '../correspondence/outgoing-mail'
import * as mailTemplates from '../correspondence/queries'
import * as signatures from '../correspondence/signature'
import * as suppressions from '../correspondence/suppressions'
import * as categories from '../directory/categories'
import * as departments from '../directory/departments'
import * as kbCategories from '../kb/articles/categories'
import * as articleActions from '../kb/articles/commands/act'
import * as articleRemoval from '../kb/articles/commands/remove'
import * as articleTranslation from '../kb/articles/commands/translate'
import * as articleCommands from '../kb/articles/commands/write'
import * as linkCheck from '../kb/articles/link-check'
import * as articlePictures from '../kb/articles/pictures'
import * as published from '../kb/articles/published'
import * as publishedCategories from '../kb/articles/published-categories'
import * as articles from '../kb/articles/queries'
import * as kbSettings from '../kb/articles/settings'
import * as sitemap from '../kb/articles/sitemap'
import * as versions from '../kb/articles/versions'
import * as kbImportCommands from '../kb/import/commands'
import * as kbImports from '../kb/import/queries'
import * as analytics from '../kb/readers/analytics'
import * as comments from '../kb/readers/comments'
import { listPopularArticles } from '../kb/readers/popular'
import * as readings from '../kb/readers/readings'
import * as votes from '../kb/readers/votes'
import * as kbSearch from '../kb/search/queries'
import * as related from '../kb/search/related'
import * as synonyms from '../kb/search/synonyms'
import * as notificationChoices from '../notifications/commands/choose'
import * as hookCommands from '../notifications/commands/edit-hooks'
import * as notificationCommands from '../notifications/commands/mark-read'
import * as pushCommands from '../notifications/commands/subscribe'
import * as notifications from '../notifications/queries'
import { unsubscribe } from '../notifications/unsubscribe'
import * as admins from '../platform/admins'
import { findWorkspaces } from '../platform/sign-in'
import * as signUp from '../platform/sign-up'
import * as tenants from '../platform/tenants'
import * as contactPrivacy from '../privacy/commands'
import { listDeletions } from '../privacy/deletions'
import * as slaCalculate from '../sla/calculate'
import * as calendars from '../sla/calendars'
import * as slaDashboard from '../sla/dashboard'
import * as holidays from '../sla/holidays'
import * as ledger from '../sla/ledger'
import * as policies from '../sla/policies'
import { readRatings } from '../sla/rating'
import * as slaResults from '../sla/results'
import * as slaSimulate from '../sla/simulate'
import * as bulk from '../tickets/actions/bulk'
import { previewBulk } from '../tickets/actions/bulk-preview'
import { undoChange } from '../tickets/actions/undo'
import * as answers from '../tickets/canned/canned-responses'
import * as macros from '../tickets/canned/macros'
import { checkAddressees } from '../tickets/conversation/addressee'
import { attachToTicket } from '../tickets/conversation/commands/attach'
import { changeRequester } from '../tickets/conversation/commands/change-requester'
import * as createTickets from '../tickets/conversation/commands/create'
import { replyToTicket } from '../tickets/conversation/commands/reply'
import * as takePart from '../tickets/conversation/commands/take-part'
import { undoCreation } from '../tickets/conversation/commands/undo-create'
import * as drafts from '../tickets/conversation/drafts'
import { downloadLinkedFile, readFileLink } from '../tickets/conversation/file-link'
import * as messages from '../tickets/conversation/messages'
import * as participation from '../tickets/conversation/participation'
import * as conversation from '../tickets/conversation/queries'
import { readRemotePicture } from '../tickets/conversation/remote-picture'
import * as uploads from '../tickets/conversation/uploads'
import * as fields from '../tickets/fields/fields'
import * as links from '../tickets/links/commands/link'
import { mergeTickets } from '../tickets/links/commands/merge'
import { splitMessage } from '../tickets/links/commands/split'
import { undoTicketMerge } from '../tickets/links/commands/undo-merge'
import { listTicketMerges, previewTicketMerge } from '../tickets/links/queries'
import { assignTicket } from '../tickets/ticket/commands/assign'
import { changeDepartment } from '../tickets/ticket/commands/change-department'
import { changeDetails } from '../tickets/ticket/commands/change-details'
import { changeFields } from '../tickets/ticket/commands/change-fields'
import { changePriority } from '../tickets/ticket/commands/change-priority'
import * as status from '../tickets/ticket/commands/change-status'
import { changeTags } from '../tickets/ticket/commands/change-tags'
import { confirmSender } from '../tickets/ticket/commands/confirm-sender'
import { markTicketRead } from '../tickets/ticket/commands/mark-read'
import { rateTicket } from '../tickets/ticket/commands/rate'
import { replaceTicket } from '../tickets/ticket/commands/replace'
import * as watch from '../tickets/ticket/commands/watch'
import { listResponsibilities } from '../tickets/ticket/hand-over'
import * as ticketQueries from '../tickets/ticket/queries'
import * as ticketRemoval from '../tickets/ticket/removal'
import { requestLinkByMail } from '../tickets/ticket/request-link'
import * as contactTickets from '../tickets/views/contact-tickets'
import * as counts from '../tickets/views/counts'
import * as ticketExport from '../tickets/views/export'
import * as lists from '../tickets/views/lists'
import { listOwnTickets } from '../tickets/views/own-requests'
import { listTicketChoices, readTicketPage } from '../tickets/views/ticket-page'
import * as views from '../tickets/views/views'
import * as domains from '../workspace/domains'
import { uploadPicture } from '../workspace/picture'
import * as limits from '../workspace/rate-limits'
import * as workspace from '../workspace/settings'
import * as realtime from './realtime-authorisation'

/** Every procedure, once. What is here is in REST, in the typed client and in the attack test. */
export const router = {
  auth: {
    login: auth.login,
    refresh: auth.refresh,
    jwtToken: auth.jwtToken,
    jwtRefresh: auth.jwtRefresh,
    logout: auth.logout,
    register: auth.register,
    requestPasswordReset: auth.requestPasswordReset,
    confirmPasswordReset: auth.confirmPasswordReset,
    requestMagicLink: auth.requestMagicLink,
    checkLink: auth.checkLink,
    acceptInvitation: auth.acceptInvitation,
  },
  account: {
    viewer: getViewer,
    profile: account.getProfile,
    updateProfile: account.updateProfile,
    uploadAvatar,
    changePassword: account.changePassword,
    sessions: account.listSessions,
    revokeSession: account.revokeSession,
    signOutEverywhere: account.signOutEverywhere,
    tokens: apiTokens.listTokens,
    createToken: apiTokens.createToken,
    revokeToken: apiTokens.revokeToken,
  },
  people: {
    list: listPeople,
    get: getPerson,
    invite: people.invitePerson,
    inviteSeveral,
    resendInvitation: people.resendInvitation,
    update: people.updatePerson,
    delete: people.deletePerson,
    restore: people.restorePerson,
    responsibilities: listResponsibilities,
    avatars: listAvatars,
    avatar: downloadAvatar,
  },
  roles: {
    list: roles.listRoles,
    create: roles.createRole,
    update: roles.updateRole,
    delete: roles.deleteRole,
    restore: roles.restoreRole,
    grants: roles.listGrants,
    addGrant: roles.addGrant,
    removeGrant: roles.removeGrant,
  },
  departments: {
    list: departments.listDepartments,
    listPublic: departments.listPublicDepartments,
    get: departments.getDepartment,
    members: departments.listDepartmentMembers,
    create: departments.createDepartment,
    update: departments.updateDepartment,
    delete: departments.deleteDepartment,
    restore: departments.restoreDepartment,
  },
  categories: {
    list: categories.listCategories,
    listPublic: categories.listPublicCategories,
    create: categories.createCategory,
    update: categories.updateCategory,
    delete: categories.deleteCategory,
    restore: categories.restoreCategory,
  },
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
  business: {
    list: workspace.listBusinesses,
    get: workspace.getBusiness,
    update: workspace.updateBusiness,
    uploadPicture,
    // On the platform's host, by its operators.
    create: tenants.createTenant.route({ path: '/business' }),
    delete: tenants.deleteTenant.route({ path: '/business/{id}' }),
    members: workspace.listBusinessMembers,
    checklist: workspace.readChecklist,
    hideChecklist: workspace.hideChecklist,
  },
  limits: { get: limits.readRateLimits, update: limits.updateRateLimits },
  domains: {
    list: domains.listDomains,
    get: domains.getDomain,
    status: domains.getVerificationStatus,
    add: domains.addDomain,
    verify: domains.verifyDomain,
    choosePrimary: domains.choosePrimaryDomain,
    remove: domains.removeDomain,
  },
  sla: {
    list: policies.listPolicies,
    get: policies.getPolicy,
    create: policies.createPolicy,
    update: policies.updatePolicy,
    delete: policies.deletePolicy,
    restore: policies.restorePolicy,
    order: policies.orderPolicies,
    checkConditions: policies.checkConditions,
    enable: policies.switchSla,
    calculate: slaCalculate.calculateSla,
    ledger: ledger.readLedger,
    exportLedger: ledger.exportLedger,
    simulate: slaSimulate.simulateSla,
    violations: slaDashboard.listViolations,
    policyViolations: slaDashboard.listPolicyViolations,
    dashboard: slaDashboard.slaDashboard,
    results: slaResults.listResults,
    performance: slaDashboard.slaPerformance,
    ratings: readRatings,
  },
  calendars: {
    list: calendars.listCalendars,
    countries: holidays.listCountries,
    publicHolidays: holidays.listPublicHolidays,
    create: calendars.createCalendar,
    update: calendars.updateCalendar,
    delete: calendars.deleteCalendar,
    restore: calendars.restoreCalendar,
  },
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
  kb: {
    settings: kbSettings.getKbSettings,
    updateSettings: kbSettings.updateKbSettings,
    categories: kbCategories.listKbCategories,
    category: kbCategories.getKbCategory,
    createCategory: kbCategories.createKbCategory,
    updateCategory: kbCategories.updateKbCategory,
    moveCategory: kbCategories.moveKbCategory,
    deleteCategory: kbCategories.deleteKbCategory,
    restoreCategory: kbCategories.restoreKbCategory,
    articles: articles.listArticles,
    article: articles.getArticle,
    createArticle: articleCommands.createArticle,
    updateArticle: articleCommands.updateArticle,
    submitArticle: articleActions.submitArticle,
    approveArticle: articleActions.approveArticle,
    rejectArticle: articleActions.rejectArticle,
    publishArticle: articleActions.publishArticle,
    scheduleArticle: articleActions.scheduleArticle,
    unscheduleArticle: articleActions.unscheduleArticle,
    unpublishArticle: articleActions.unpublishArticle,
    archiveArticle: articleActions.archiveArticle,
    unarchiveArticle: articleActions.unarchiveArticle,
    reviewArticle: articleActions.reviewArticle,
    markTranslated: articleTranslation.markTranslated,
    versions: versions.listVersions,
    version: versions.getVersion,
    compareVersions: versions.compareVersions,
    compareDraft: versions.compareDraft,
    restoreVersion: versions.restoreVersion,
    addPicture: articlePictures.addPicture,
    imports: kbImports.listImports,
    import: kbImports.getImport,
    importFiles: kbImports.listImportFiles,
    uploadImport: kbImportCommands.uploadImport,
    startImport: kbImportCommands.startImport,
    discardImport: kbImportCommands.discardImport,
    deleteArticle: articleRemoval.deleteArticle,
    restoreArticle: articleRemoval.restoreArticle,
    search: kbSearch.searchArticles,
    suggestAnswers: kbSearch.suggestAnswers,
    checkLinks: kbSearch.checkLinks,
    brokenLinks: linkCheck.listBrokenLinks,
    synonyms: synonyms.listSynonyms,
    createSynonym: synonyms.createSynonym,
    updateSynonym: synonyms.updateSynonym,
    deleteSynonym: synonyms.deleteSynonym,
    publicSearch: kbSearch.searchPublished,
    publicSettings: published.getPublishedSettings,
    publicArticles: published.listPublishedArticles,
    publicArticle: published.getPublishedArticle,
    analytics: analytics.getAnalytics,
    articleAnalytics: analytics.getArticleAnalytics,
    ownVote: votes.getVote,
    vote: votes.setVote,
    publicComments: comments.listComments,
    writeComment: comments.writeComment,
    comments: comments.listCommentsToDecide,
    approveComment: comments.approveComment,
    rejectComment: comments.rejectComment,
    deleteComment: comments.deleteComment,
    recordReading: readings.recordReading,
    recordChoice: readings.recordChoice,
    recordSearch: readings.recordSearch,
    recordSent: readings.recordSent,
    publicPopular: listPopularArticles,
    publicRelated: related.listRelatedArticles,
    publicFeatured: published.listFeaturedArticles,
    publicCategories: publishedCategories.listPublishedCategories,
    publicCategory: publishedCategories.getPublishedCategory,
    publicPicture: articlePictures.readPicture,
    publicSitemap: sitemap.getKbSitemap,
    publicSitemapPart: sitemap.getKbSitemapPart,
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
  realtime: { signIn: realtime.signInRealtime, authorize: realtime.authorizeChannel, heads: realtime.listHeads },
  notifications: {
    list: notifications.listNotifications,
    markRead: notificationCommands.markRead,
    putRead: notificationCommands.markRead.route({ method: 'PUT' }),
    markAllRead: notificationCommands.markAllRead,
    putAllRead: notificationCommands.markAllRead.route({ method: 'PUT' }),
    preferences: notifications.getPreferences,
    updatePreferences: notificationChoices.updatePreferences,
    defaults: notifications.getDefaults,
    updateDefaults: notificationChoices.updateDefaults,
    pushKey: notifications.getPushKey,
    knowsBrowser: notifications.knowsBrowser,
    subscribe: pushCommands.subscribePush,
    unsubscribe: pushCommands.unsubscribePush,
    hooks: notifications.listHooks,
    addHook: hookCommands.addHook,
    updateHook: hookCommands.updateHook,
    deleteHook: hookCommands.deleteHook,
    restoreHook: hookCommands.restoreHook,
    testHook: hookCommands.testHook,
    turnOffMail: unsubscribe,
  },
  chat: { answer: answerChat },
  deletions: { list: listDeletions },
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
  audit: { list: listEvents, export: exportEvents },
  jobs: { list: jobs.listJobs, retry: jobs.retryJob, cancel: jobs.cancelJob },
  deliveries: { list: deliveries.listDeliveries, retry: deliveries.retryDelivery },
  platform: {
    checkSlug: signUp.checkSlug,
    signUp: signUp.signUp,
    readSetup: signUp.readSetup,
    retrySetup: signUp.retrySetup,
    findWorkspaces,
    tenants: tenants.listTenants,
    tenant: tenants.readTenant,
    createTenant: tenants.createTenant,
    suspendTenant: tenants.suspendTenant,
    resumeTenant: tenants.resumeTenant,
    deleteTenant: tenants.deleteTenant,
    restoreTenant: tenants.restoreTenant,
    jobs: jobs.listAllJobs,
    retryJob: jobs.retryAnyJob,
    cancelJob: jobs.cancelAnyJob,
    work: jobs.readWork,
    admins: admins.listAdmins,
    addAdmin: admins.addAdmin,
    removeAdmin: admins.removeAdmin,
    signOut: admins.platformSignOut,
  },
}

export type Router = typeof router
