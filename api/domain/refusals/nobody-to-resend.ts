import type { RefusalKind } from './refusal.ts'

/** `opened`: of those who got it, as far as anybody can tell. */
export const nobodyToResend: RefusalKind<{ opened: number }> = {
  key: 'nobodyToResend',
  status: 422,
  type: 'nobody-to-resend',
  title: 'Nobody is left to send it to again',
  detail: ({ opened }) =>
    opened > 0
      ? 'Everybody who got it and can still be mailed has opened it, or is no longer among its guests.'
      : 'Nobody who got it can still be mailed, or is still among its guests.',
}
