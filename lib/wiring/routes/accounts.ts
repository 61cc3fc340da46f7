import * as account from '../../accounts/account'
import * as apiTokens from '../../accounts/api-tokens'
import * as auth from '../../accounts/auth'
import { downloadAvatar, listAvatars, uploadAvatar } from '../../accounts/avatar'
import { inviteSeveral } from '../../accounts/invitations'
import * as people from '../../accounts/people'
import { getPerson, listPeople } from '../../accounts/queries'
import * as roles from '../../accounts/roles'
import { getViewer } from '../../accounts/viewer'
import { listResponsibilities } from '../../tickets/ticket/hand-over'

export const accountsRoutes = {
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
}
