import type { DemoKeys } from './keys.ts'
import { demoHost } from './seed/host.ts'

type Environment = Record<string, string | undefined>

/** An operator who tries a real provider names it and the sender; stray cloud credentials of a laptop alone must not send mail. */
const providerVariable = /^(RESEND|SMTP|AWS|SES|MAILGUN)_/

/** The demo looks for due messages often: somebody is watching. */
const pollIntervalMs = '1000'

export type Where = { databaseUrl: string; smtpUrl: string; port: number; host: string; publicUrl: string }

/** True when mails should really leave: a provider is configured together with its sender. */
export function usesOwnProvider(environment: Environment): boolean {
  const named = environment.RESEND_API_KEY || environment.SMTP_URL || environment.AWS_ACCESS_KEY_ID
  return Boolean(named && environment.EMAIL_FROM)
}

/** The environment of the API and the notifier: the operator's own, and the demo's values where there is none. */
export function childEnvironment(environment: Environment, keys: DemoKeys, where: Where): Environment {
  const withoutProviders = Object.fromEntries(
    Object.entries(environment).filter(([name]) => !providerVariable.test(name)),
  )
  const mail = usesOwnProvider(environment)
    ? {}
    : { SMTP_URL: where.smtpUrl, EMAIL_FROM: 'Tidings <hello@tidings.example>' }
  return {
    SECRET_KEY: keys.secretKey,
    OPERATOR_EMAILS: demoHost.email,
    NOTIFIER_POLL_INTERVAL_MS: pollIntervalMs,
    ...(usesOwnProvider(environment) ? environment : withoutProviders),
    ...mail,
    DATABASE_URL: where.databaseUrl,
    PORT: String(where.port),
    HOST: where.host,
    PUBLIC_URL: where.publicUrl,
  }
}

/** The port for metrics is one process's: the API's. */
export function notifierEnvironment({ METRICS_PORT: _apis, ...environment }: Environment): Environment {
  return environment
}
