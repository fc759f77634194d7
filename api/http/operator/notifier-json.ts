import type { NotifierInfo } from '../../contract/operator/notifiers.ts'
import { differingSettings, fingerprintOf, settingGroups } from '../../domain/fingerprint.ts'
import type { NotifierState } from '../../storage/operator-status.ts'
import type { Deps } from '../deps.ts'

/** A notifier as operators see it, compared with this process. */
export function notifierJson(
  { config, provider }: Pick<Deps, 'config' | 'provider'>,
  notifier: NotifierState,
): NotifierInfo {
  const { id, host, pid, version, alive, eventApi, providerAccount: account, fingerprint } = notifier
  const own = fingerprintOf({ ...config, account: provider.account })
  return {
    ...{ id, host, pid, version, alive, eventApi, account, provider: notifier.provider },
    startedAt: notifier.startedAt.toISOString(),
    lastHeartbeatAt: notifier.seenAt.toISOString(),
    lastHeartbeatSecondsAgo: notifier.seenMsAgo / 1000,
    differingSettings: differingSettings(own, fingerprint).map((group) => settingGroups[group]),
  }
}
