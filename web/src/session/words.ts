import { ApiProblem } from '../api/problem.ts'

/** The sign-in library's codes, in our words and beside the field that they are about. */
const words: Record<string, { field?: string; text: string }> = {
  INVALID_EMAIL_OR_PASSWORD: {
    field: 'password',
    text: 'E-mail and password do not match. Check both, or ask for a link above.',
  },
  EMAIL_NOT_VERIFIED: { field: 'email', text: 'Confirm this address first. We have just mailed you a new link.' },
  USER_ALREADY_EXISTS: { field: 'email', text: 'This address has an account already. Sign in instead.' },
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: {
    field: 'email',
    text: 'This address has an account already. Sign in instead.',
  },
  INVALID_EMAIL: { field: 'email', text: 'This is not an e-mail address.' },
  PASSWORD_TOO_SHORT: { field: 'password', text: 'This password is too short.' },
  PASSWORD_TOO_LONG: { field: 'password', text: 'This password is too long.' },
  INVALID_PASSWORD: { field: 'password', text: 'This is not your current password.' },
  INVALID_TOKEN: { text: 'This link has been used, or is too old. Ask for a new one.' },
  TOKEN_EXPIRED: { text: 'This link is too old. Ask for a new one.' },
  EMAIL_IS_THE_SAME: { field: 'email', text: 'This is your address already.' },
  SESSION_EXPIRED: { text: 'For this you need to have signed in lately. Sign out, sign in, and try again.' },
  SESSION_NOT_FRESH: { text: 'For this you need to have signed in lately. Sign out, sign in, and try again.' },
}

/** Passes other failures on as they are. To be given to `catch`. */
export function reword(failure: unknown): never {
  const known = failure instanceof ApiProblem && failure.code !== undefined ? words[failure.code] : undefined
  if (!known || !(failure instanceof ApiProblem)) throw failure
  throw new ApiProblem(
    {
      type: failure.type,
      status: failure.status,
      title: known.text,
      code: failure.code,
      errors: known.field ? [{ field: known.field, message: known.text }] : [],
    },
    { cause: failure },
  )
}
