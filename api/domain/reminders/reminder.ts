import type { AudienceKey } from '../audiences.ts'
import type { ScheduleRule } from '../schedule-rule.ts'

/** A message that every new event is given. The host may change or cancel each; the key is never shown to anybody. */
export type Reminder = {
  key: string
  label: string
  audience: readonly AudienceKey[]
  rule: ScheduleRule
  subject: string
  /** Markdown, with the placeholders that every event has. */
  body: string
}
