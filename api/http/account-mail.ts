import { createPostman } from './account-mail/postman.ts'
import type { Addressee } from './account-mail/write.ts'
import type { AppDeps } from './deps.ts'

/** The mails about an account. They are few and wait for nobody: sent from here, a failure is written down and never thrown. */
export type AccountMail = {
  passwordReset(user: Addressee, token: string): void
  passwordChanged(user: Addressee): void
  verification(user: Addressee, token: string): void
  addressChanged(user: Addressee, change: { from: string; to: string }): void
}

export function createAccountMail(deps: AppDeps): AccountMail {
  const { publicUrl } = deps.config
  const post = createPostman(deps)
  const page = (path: string, token: string) => `${publicUrl}${path}?token=${encodeURIComponent(token)}`
  return {
    passwordReset: (user, token) =>
      post(user, {
        subject: 'Choose a new password',
        paragraphs: [
          `Hello ${user.name}, somebody asked for a new password for your Tidings account. The link works once, for 30 minutes.`,
          'If it was not you, leave it: your password stays as it is.',
        ],
        link: { label: 'Choose a new password', url: page('/reset-password', token) },
      }),
    passwordChanged: (user) =>
      post(user, {
        subject: 'Your password was changed',
        paragraphs: [
          `Hello ${user.name}, the password of your Tidings account was changed, and all other devices were signed out.`,
          'If it was not you, ask for a new password at once and tell the people who run this service.',
        ],
      }),
    verification: (user, token) =>
      post(user, {
        subject: 'Confirm your e-mail address',
        paragraphs: [`Hello ${user.name}, please confirm that ${user.email} is yours. The link works for one day.`],
        link: { label: 'Confirm my address', url: page('/verify-email', token) },
      }),
    addressChanged: (user, { from, to }) => {
      const paragraphs = [
        `Hello ${user.name}, the address of your Tidings account is now ${to}. It was ${from}.`,
        'If it was not you, tell the people who run this service.',
      ]
      for (const email of [from, to]) {
        post({ name: user.name, email }, { subject: 'Your e-mail address was changed', paragraphs })
      }
    },
  }
}
