import type { RsvpStatus } from '../rsvp.ts'

/** A choice of guests by what they answered. Who is in it is asked when the message fires, not when it is written. */
export type Audience = {
  key: string
  label: string
  statuses: readonly RsvpStatus[]
}
