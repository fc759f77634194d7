import { log } from './log.ts'
import {
  ConfigurationError,
  type Environment,
  type Log,
  type Provider,
  type ProviderKey,
  type Transport,
} from './provider.ts'
import { resend } from './resend.ts'
import { ses } from './ses.ts'
import { smtp } from './smtp/smtp.ts'

/** In the order in which they are tried; the last one always fits. */
const providers: readonly Provider[] = [resend, smtp, ses, log]

/** A provider's name for people; a key of a version that is not this one stays as it is. */
export function providerLabel(key: string): string {
  return providers.find((provider) => provider.key === key)?.label ?? key
}

export type PickedProvider = {
  readonly key: ProviderKey
  readonly label: string
  /** Equal for replicas with the same configuration, and free of secrets. */
  readonly account: string
  /** The end of "SMTP, because ...". */
  readonly reason: string
  open(write: Log): Transport
}

/**
 * The first provider that the operator has configured. API and notifier pick alike. A provider below the one picked is not
 * looked at: AWS credentials may be there for something else.
 * @throws ConfigurationError when one on the way is half configured, rather than falling through to another.
 */
export function pickProvider(env: Environment): PickedProvider {
  for (const provider of providers) {
    const config = provider.configure(env)
    if (config !== undefined) {
      const { key, label, because: reason } = provider
      return { key, label, account: provider.account(config), reason, open: (write) => provider.open(config, write) }
    }
  }
  throw new Error('The log provider always fits.')
}

export type ProviderSetup = {
  key: ProviderKey
  label: string
  configured: boolean
  picked: boolean
  /** Free of secrets. */
  account: string | null
  /** What is wrong with its variables, without their values. */
  problem: string | null
}

/** How each provider is configured. Those below the one that is picked may well be half configured: nobody looked. */
export function describeProviders(env: Environment): ProviderSetup[] {
  const setups = providers.map((provider) => setupOf(provider, env))
  const picked = setups.find(({ configured }) => configured)
  return setups.map((setup) => Object.assign(setup, { picked: setup === picked }))
}

function setupOf(provider: Provider, env: Environment): Omit<ProviderSetup, 'picked'> {
  const { key, label } = provider
  try {
    const config = provider.configure(env)
    const configured = config !== undefined
    return { key, label, configured, account: configured ? provider.account(config) : null, problem: null }
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return { key, label, configured: false, account: null, problem: error.message }
  }
}
