/** What can be said before asking the server. Each check answers a sentence, or nothing. */

export const required = (value: string, sentence: string) => (value.trim() === '' ? sentence : undefined)

/** Only what nobody would mean; whether an address exists shows when a mail goes out. */
export function emailFault(value: string): string | undefined {
  if (value.trim() === '') return 'Write an e-mail address.'
  return /^\S+@[^\s@]+\.[^\s@.]+$/.test(value.trim()) ? undefined : 'This is not an e-mail address.'
}

/** The server's own minimum. */
export const passwordLengthMin = 8

export function newPasswordFault(value: string): string | undefined {
  return [...value].length >= passwordLengthMin ? undefined : `Use at least ${passwordLengthMin} characters.`
}
