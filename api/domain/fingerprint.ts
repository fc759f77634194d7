import { createHmac, createHash } from 'node:crypto'
import type { FrequencyCap } from './frequency-cap.ts'

/**
 * What replicas of one installation must have in common, and the variables to look at when they do not. A link that a notifier signs
 * with another secret or writes with another address opens nothing; another sender, cap or policy is another promise. A mail with a return path
 * that nobody else knows, or without the configuration set, is one whose bounce nobody hears of; and the positions in an event API are
 * those of one account. What opens a webhook is not here: only the API reads it, and the API has no row to compare.
 */
export const settingGroups = {
  secret: 'SECRET_KEY',
  previousSecret: 'SECRET_KEY_PREVIOUS',
  publicUrl: 'PUBLIC_URL',
  sender: 'EMAIL_FROM',
  provider: 'the provider’s variables',
  bounceAddress: 'SMTP_BOUNCE_ADDRESS',
  configurationSet: 'SES_CONFIGURATION_SET',
  events: 'the event API’s variables',
  cap: 'FREQUENCY_CAP',
  policy: 'NOTIFIER_ON_AMBIGUOUS',
} as const
export type SettingGroup = keyof typeof settingGroups

/** One short hash per group, so that replicas can be compared without telling what they have. A group that a process does not read is missing. */
export type Fingerprint = Partial<Record<SettingGroup, string>>

export type ComparedSettings = {
  secretKey: string
  secretKeyPrevious?: string
  publicUrl: string
  from: { name?: string; address: string }
  /** Free of secrets, as `Provider.account` says. */
  account: string
  bounceAddress?: string
  configurationSet?: string
  /** As `EventApi.account` says. Notifiers without one leave the events to those that have it. */
  eventAccount?: string
  frequencyCap?: FrequencyCap
  /** Only notifiers have one. */
  onAmbiguous?: string
}

/** Few enough to tell nothing more of a weak key than each link in a mail does, and enough that two installations never agree by chance. */
const hashLength = 12

export function fingerprintOf(settings: ComparedSettings): Fingerprint {
  const { secretKey, secretKeyPrevious = '', publicUrl, from, account, eventAccount } = settings
  const { bounceAddress = '', configurationSet = '', frequencyCap = null, onAmbiguous } = settings
  return {
    secret: hashOfSecret(secretKey),
    previousSecret: hashOfSecret(secretKeyPrevious),
    publicUrl: hashOf(publicUrl),
    sender: hashOf(JSON.stringify([from.name ?? '', from.address])),
    provider: hashOf(account),
    bounceAddress: hashOf(bounceAddress.toLowerCase()),
    configurationSet: hashOf(configurationSet),
    ...(eventAccount !== undefined && { events: hashOf(eventAccount) }),
    // No cap is a setting too: a count that knows of none promises more than is sent.
    cap: hashOf(JSON.stringify(frequencyCap)),
    ...(onAmbiguous !== undefined && { policy: hashOf(onAmbiguous) }),
  }
}

/** The groups that both have and in which they differ. */
export function differingSettings(one: Fingerprint, other: Fingerprint): SettingGroup[] {
  return groups.filter((group) => one[group] && other[group] && one[group] !== other[group])
}

/** What an operator looks at, as the end of a sentence. */
export function settingsInWords(differing: readonly SettingGroup[]): string {
  return differing.map((group) => settingGroups[group]).join(', ')
}

const groups = Object.keys(settingGroups) as SettingGroup[]

function hashOfSecret(secret: string): string {
  return createHmac('sha256', secret).update('tidings settings').digest('hex').slice(0, hashLength)
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, hashLength)
}
