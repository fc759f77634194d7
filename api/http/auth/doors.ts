import type { Access } from '../access.ts'

/**
 * The addresses of better-auth that are open, and to whom. Everything else that it can do (social sign-in, links that change
 * something by GET) answers 404 here.
 */
export type Door = {
  method: 'GET' | 'POST'
  path: string
  access: Access
  /** Its name in the contract, and what it does in a host's words. */
  id: string
  words: string
  /** The texts that its body must have. What they may be is better-auth's to say; it would store or trip over anything that is no text. */
  takes?: readonly string[]
  /** Where better-auth wants something else than what we offer. */
  inside?: (body: Record<string, unknown>) => { method?: 'GET'; query?: Record<string, string>; body?: object }
}

export const doors: readonly Door[] = [
  {
    method: 'POST',
    path: '/sign-up/email',
    id: 'signUp',
    words: 'Create an account',
    takes: ['name', 'email', 'password'],
    access: 'public',
  },
  {
    method: 'POST',
    path: '/sign-in/email',
    id: 'signIn',
    words: 'Sign in',
    takes: ['email', 'password'],
    access: 'public',
  },
  { method: 'POST', path: '/sign-out', id: 'signOut', words: 'Sign out', access: 'public' },
  { method: 'GET', path: '/get-session', id: 'getSession', words: 'Read who is signed in', access: 'public' },
  {
    method: 'POST',
    path: '/request-password-reset',
    id: 'requestPasswordReset',
    words: 'Ask for a link to a new password',
    takes: ['email'],
    access: 'public',
  },
  {
    method: 'POST',
    path: '/reset-password',
    id: 'resetPassword',
    words: 'Set a new password with the mailed link',
    takes: ['newPassword', 'token'],
    access: 'public',
  },
  {
    method: 'POST',
    path: '/send-verification-email',
    id: 'sendVerificationEmail',
    words: 'Ask for a link that proves your address',
    takes: ['email'],
    access: 'public',
  },
  {
    method: 'POST',
    path: '/verify-email',
    id: 'verifyEmail',
    words: 'Prove your address with the mailed link',
    takes: ['token'],
    access: 'public',
    // better-auth verifies by GET, which mail scanners would trigger; the page behind the link posts the token instead.
    inside: (body) => ({ method: 'GET', query: { token: String(body['token'] ?? '') } }),
  },
  {
    method: 'POST',
    path: '/change-password',
    id: 'changePassword',
    words: 'Change your password',
    takes: ['currentPassword', 'newPassword'],
    access: 'signedIn',
    // Whoever changes a password fears that somebody else knows it: all other sessions end, whatever the page asked for.
    inside: (body) => ({ body: { ...body, revokeOtherSessions: true } }),
  },
  {
    method: 'POST',
    path: '/change-email',
    id: 'changeEmail',
    words: 'Change your address',
    takes: ['newEmail'],
    access: 'signedIn',
  },
  {
    method: 'POST',
    path: '/update-user',
    id: 'changeAccount',
    words: 'Change your name',
    takes: ['name'],
    access: 'signedIn',
  },
  {
    method: 'POST',
    path: '/delete-user',
    id: 'deleteAccount',
    words: 'Delete your account',
    takes: ['password'],
    access: 'signedIn',
  },
  {
    method: 'GET',
    path: '/list-sessions',
    id: 'listSessions',
    words: 'List where you are signed in',
    access: 'signedIn',
  },
  {
    method: 'POST',
    path: '/revoke-session',
    id: 'endSession',
    words: 'Sign out somewhere else',
    takes: ['token'],
    access: 'signedIn',
  },
  {
    method: 'POST',
    path: '/revoke-other-sessions',
    id: 'endOtherSessions',
    words: 'Sign out everywhere else',
    access: 'signedIn',
  },
]
