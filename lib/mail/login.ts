/** As whom to sign in to a mail server: by a password, or by an access token (XOAUTH2). */
export type Login = { user: string } & ({ password: string } | { accessToken: string })

export const imapLogin = (login: Login) =>
  'accessToken' in login ? { user: login.user, accessToken: login.accessToken } : { user: login.user, pass: login.password }

/** A token that is refused is not renewed here: whoever has the consent does that. */
export const smtpLogin = (login: Login) =>
  'accessToken' in login
    ? { type: 'OAuth2' as const, user: login.user, accessToken: login.accessToken }
    : { user: login.user, pass: login.password }
