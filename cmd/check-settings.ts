import type { Logger } from 'pino'
import { differingSettings, settingsInWords, type Fingerprint } from '../api/domain/fingerprint.ts'
import type { Db } from '../api/storage/database.ts'
import { aliveNotifiers } from '../api/storage/notifiers.ts'

/**
 * Compares this process's settings with those of the live notifiers, and says in one line which to look at. It stops nothing: while
 * settings are changed one replica after the other, they differ for a minute. `id` is that of a notifier itself.
 */
export async function checkSettings(db: Db, log: Logger, own: Fingerprint, id?: string): Promise<void> {
  const others = await aliveNotifiers(db).catch((error: unknown) => {
    log.warn({ err: error }, 'the settings of the live notifiers could not be compared with those of this process')
  })
  const differing = (others ?? [])
    .filter((other) => other.id !== id)
    .map(({ host, pid, fingerprint }) => ({ host, pid, settings: differingSettings(own, fingerprint) }))
    .filter(({ settings }) => settings.length > 0)
  if (differing.length === 0) return
  const settings = [...new Set(differing.flatMap((other) => other.settings))]
  log.warn(
    { differing },
    `live notifiers have other settings than this process; give all the same: ${settingsInWords(settings)}`,
  )
}
