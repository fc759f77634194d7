import type { Mark } from '../../api/storage/wire.ts'
import type { Page } from './exchange.ts'
import type { Entry } from './ledger.ts'
import { recordedWord } from './meter.ts'
import type { Notifier } from './notifier.ts'

type Write = (page: Page<Entry>) => Promise<readonly Mark[]>

/** The same writing of pages, counted and timed; untouched when nobody counts. */
export function metered({ meter, clock }: Pick<Notifier, 'meter' | 'clock'>, write: Write): Write {
  if (!meter) return write
  return async (page) => {
    const startedAt = clock.now()
    try {
      const marks = await write(page)
      const outcomes = page.entries.flatMap(({ row, outcome }) => (row && outcome ? [outcome] : []))
      const wired = marks.filter(({ verdict }) => verdict === 'wired')
      meter.page(outcomes.length, wired.length, clock.now() - startedAt)
      meter.recorded(outcomes.map(recordedWord))
      return marks
    } catch (error) {
      if (page.entries.length > 0) meter.add('record_failures')
      throw error
    }
  }
}
