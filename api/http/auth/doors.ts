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
  /** Where better-auth wants something else than what we offer. */
  inside?: (body: Record<string, unknown>) => { method?: 'GET'; query?: Record<string, string>; body?: object }
}

export const doors: readonly Door[] = [
  { method: 'POST', path: '/sign-up/email', id: 'signUp', words: 'Create an account', access: 'public' },
  { method: 'POST', path: '/sign-in/email', id: 'signIn', words: 'Sign in', access: 'public' },
  { method: 'POST', path: '/sign-out', id: 'signOut', words: 'Sign out', access: 'public' },
  { method: 'GET', path: '/get-session', id: 'getSession', words: 'Read who is signed in', access: 'public' },
  {
    method: 'POST',
    path: '/request-password-reset',
    id: 'requestPasswordReset',
    words: 'Ask for a link to a new password',
    access: 'public',
  },
  {
    method: 'POST',
    path: '/reset-password',
    id: 'resetPassword',
    words: 'Set a new password with the mailed link',
    access: 'public',
  },
  {
    method: 'POST',
    path: '/send-verification-email',
    id: 'sendVerificationEmail',
    words: 'Ask for a link that proves your address',
    access: 'public',
  },
  {
    method: 'POST',
    path: '/verify-email',
    id: 'verifyEmail',
    words: 'Prove your address with the mailed link',
    access: 'public',
    // better-auth verifies by GET, which mail scanners would trigger; the page behind the link posts the token instead.
    inside: (body) => ({ method: 'GET', query: { token: String(body['token'] ?? '') } }),
  },
  {
    method: 'POST',
    path: '/change-password',
    id: 'changePassword',
    words: 'Change your password',
    access: 'signedIn',
    // Whoever changes a password fears that somebody else knows it: all other sessions end, whatever the page asked for.
    inside: (body) => ({ body: { ...body, revokeOtherSessions: true } }),
  },
  { method: 'POST', path: '/change-email', id: 'changeEmail', words: 'Change your address', access: 'signedIn' },
  { method: 'POST', path: '/update-user', id: 'changeAccount', words: 'Change your name', access: 'signedIn' },
  { method: 'POST', path: '/delete-user', id: 'deleteAccount', words: 'Delete your account', access: 'signedIn' },
  {
    method: 'GET',
    path: '/list-sessions',
    id: 'listSessions',
    words: 'List where you are signed in',
    access: 'signedIn',
  },
  { method: 'POST', path: '/revoke-session', id: 'endSession', words: 'Sign out somewhere else', access: 'signedIn' },
  {
    method: 'POST',
    path: '/revoke-other-sessions',
    id: 'endOtherSessions',
    words: 'Sign out everywhere else',
    access: 'signedIn',
  },
]
