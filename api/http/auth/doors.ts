import type { Access } from '../access.ts'

/**
 * The addresses of better-auth that are open, and to whom. Everything else that it can do (social sign-in, links that change
 * something by GET) answers 404 here.
 */
export type Door = {
  method: 'GET' | 'POST'
  path: string
  access: Access
  /** Where better-auth wants something else than what we offer. */
  inside?: (body: Record<string, unknown>) => { method?: 'GET'; query?: Record<string, string>; body?: object }
}

export const doors: readonly Door[] = [
  { method: 'POST', path: '/sign-up/email', access: 'public' },
  { method: 'POST', path: '/sign-in/email', access: 'public' },
  { method: 'POST', path: '/sign-out', access: 'public' },
  { method: 'GET', path: '/get-session', access: 'public' },
  { method: 'POST', path: '/request-password-reset', access: 'public' },
  { method: 'POST', path: '/reset-password', access: 'public' },
  { method: 'POST', path: '/send-verification-email', access: 'public' },
  {
    method: 'POST',
    path: '/verify-email',
    access: 'public',
    // better-auth verifies by GET, which mail scanners would trigger; the page behind the link posts the token instead.
    inside: (body) => ({ method: 'GET', query: { token: String(body['token'] ?? '') } }),
  },
  {
    method: 'POST',
    path: '/change-password',
    access: 'signedIn',
    // Whoever changes a password fears that somebody else knows it: all other sessions end, whatever the page asked for.
    inside: (body) => ({ body: { ...body, revokeOtherSessions: true } }),
  },
  { method: 'POST', path: '/change-email', access: 'signedIn' },
  { method: 'POST', path: '/update-user', access: 'signedIn' },
  { method: 'POST', path: '/delete-user', access: 'signedIn' },
  { method: 'GET', path: '/list-sessions', access: 'signedIn' },
  { method: 'POST', path: '/revoke-session', access: 'signedIn' },
  { method: 'POST', path: '/revoke-other-sessions', access: 'signedIn' },
]
