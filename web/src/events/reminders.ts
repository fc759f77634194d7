import { addDays, instantOf } from '../time/local.ts'

type Rule = { label: string; to: string; daysBefore: number; localTime: string; atLeastHoursBefore?: number }

/**
 * What a new event gets by itself, told before it exists. The server seeds from its own list, which has no address to ask;
 * `reminders.test.ts` holds the two together.
 */
export const seededReminders: readonly Rule[] = [
  { label: '7-day reminder', to: 'attending, maybe, pending', daysBefore: 7, localTime: '09:00' },
  { label: '3-day last call', to: 'pending, maybe', daysBefore: 3, localTime: '09:00' },
  { label: '1-day reminder', to: 'attending, maybe', daysBefore: 1, localTime: '09:00' },
  { label: 'Day-of reminder', to: 'attending', daysBefore: 0, localTime: '09:00', atLeastHoursBefore: 3 },
]

export type PlannedReminder = {
  label: string
  to: string
  at: Date
  /** Too late: the server will not create it. */ past: boolean
}

export function plannedReminders(localStart: string, zone: string, now: Date): PlannedReminder[] {
  const start = instantOf(localStart, zone)
  return seededReminders.map((rule) => {
    const onTheDay = instantOf(`${addDays(localStart.slice(0, 10), -rule.daysBefore)}T${rule.localTime}`, zone)
    const latest = new Date(start.getTime() - (rule.atLeastHoursBefore ?? 0) * 3_600_000)
    const at = rule.atLeastHoursBefore !== undefined && latest < onTheDay ? latest : onTheDay
    return { label: rule.label, to: rule.to, at, past: at <= now }
  })
}
