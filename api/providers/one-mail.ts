import type { Mail } from '../domain/mail.ts'

/** The only mail of a call to a provider without batches. More than one is a mistake of the caller's, told by throwing. */
export function oneMail(mails: readonly Mail[]): Mail {
  const [mail] = mails
  if (mail === undefined || mails.length > 1) {
    throw new RangeError(`This provider takes one mail per call, not ${mails.length}.`)
  }
  return mail
}
