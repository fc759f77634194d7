import { betterAuth } from 'better-auth'
import { APIError } from 'better-auth/api'
import { refusals } from '../../domain/refusals.ts'
import { refused, type Refusal } from '../../domain/refusals/refusal.ts'
import { soleOwnedComingEvents } from '../../storage/collaborators.ts'
import { handOverEvents } from '../../storage/people.ts'
import type { AppConfig, AppDeps } from '../deps.ts'
import type { AccountMail } from '../account-mail.ts'
import { hashPassword, verifyPassword } from './password-hash.ts'

/** Eight is NIST's minimum for a password that people choose; more than 200 is a file and not a password. */
const passwordLengthMin = 8
const passwordLengthMax = 200

const minute = 60
const day = 24 * 60 * minute

/** Long enough to walk to the mail program, short enough that yesterday's mail opens nothing. */
const resetTokenSeconds = 30 * minute
const verificationTokenSeconds = day
/** Hosts come back weekly; each day of use moves the end. */
const sessionSeconds = 30 * day

/** Our own header for better-auth, written from the connection; a caller's header of that name is dropped. */
export const clientAddressHeader = 'x-tidings-client-address'

/** Argon2 costs real time, so signing in has a tenth of the budget that other requests share. */
const shareOfRate = 0.1
/** Each sends a mail to somebody who may not have asked for it. */
const mailsPerMinute = 10

export type Auth = ReturnType<typeof createAuth>

/** better-auth on our own tables. Cookies, hashes and tokens are its business; words and routes are ours. */
export function createAuth(deps: AppDeps, mail: AccountMail) {
  const { config, database, now } = deps
  const expensive = { window: minute, max: Math.max(10, Math.floor(config.apiRatePerMinute * shareOfRate)) }
  const mailing = { window: minute, max: mailsPerMinute }
  return betterAuth({
    appName: 'Tidings',
    baseURL: config.publicUrl,
    basePath: '/api/auth',
    secret: config.secretKey,
    database: { db: database.db, type: 'postgres', transaction: true },
    telemetry: { enabled: false },
    logger: { level: 'error', log: (level, message, ...rest) => deps.logger && deps.logger[level]({ rest }, message) },
    trustedOrigins: [config.publicUrl, ...config.corsOrigins],
    user: {
      modelName: 'users',
      changeEmail: { enabled: true, updateEmailWithoutVerification: !config.requireVerifiedEmail },
      deleteUser: {
        enabled: true,
        beforeDelete: async (user) => {
          const events = await soleOwnedComingEvents(database.db, user.id, now())
          if (events.length > 0) throw asApiError(refused(refusals.soleOwnerOfComingEvents, { events }).refusal)
          await handOverEvents(database.db, user.id)
        },
      },
    },
    session: { modelName: 'sessions', expiresIn: sessionSeconds, updateAge: day, freshAge: day },
    account: { modelName: 'accounts' },
    // The tokens of reset mails are stored hashed: whoever reads a backup cannot use them.
    verification: { modelName: 'verifications', storeIdentifier: 'hashed' },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: passwordLengthMin,
      maxPasswordLength: passwordLengthMax,
      requireEmailVerification: config.requireVerifiedEmail,
      password: { hash: hashPassword, verify: verifyPassword },
      resetPasswordTokenExpiresIn: resetTokenSeconds,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, token }) => mail.passwordReset(user, token),
      onPasswordReset: async ({ user }) => mail.passwordChanged(user),
    },
    emailVerification: {
      sendOnSignUp: config.requireVerifiedEmail,
      sendOnSignIn: config.requireVerifiedEmail,
      expiresIn: verificationTokenSeconds,
      // Where nobody has to prove an address, only one that replaces a proven one is asked about.
      sendVerificationEmail: async ({ user, token }) => {
        if (config.requireVerifiedEmail || user.emailVerified) mail.verification(user, token)
      },
    },
    rateLimit: {
      enabled: true,
      window: minute,
      max: config.apiRatePerMinute,
      customRules: {
        '/sign-in/*': expensive,
        '/sign-up/*': expensive,
        '/change-password': expensive,
        '/reset-password': expensive,
        '/change-email': mailing,
        '/request-password-reset': mailing,
        '/send-verification-email': mailing,
      },
    },
    advanced: {
      database: { generateId: 'uuid', validateSchema: false },
      cookiePrefix: 'tidings',
      useSecureCookies: false,
      // Our own guard in front of these routes checks the origin of every request that could change something.
      disableCSRFCheck: true,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', secure: config.secureCookies, path: '/' },
      cookies: { session_token: { name: sessionCookieName(config) } },
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
    },
  })
}

/** Our words through better-auth: its code is the refusal's type in capitals, and `pass-on.ts` turns it back. */
function asApiError({ type, detail }: Refusal) {
  return new APIError('CONFLICT', { code: type.toUpperCase().replaceAll('-', '_'), message: detail })
}

/** Behind https the name itself makes browsers refuse the cookie from a subdomain (RFC 6265bis section 4.1.3.2). */
export function sessionCookieName({ secureCookies }: Pick<AppConfig, 'secureCookies'>): string {
  return secureCookies ? '__Host-tidings.session' : 'tidings.session_token'
}
