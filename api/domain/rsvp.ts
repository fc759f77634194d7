/** What a guest has said so far. Pending is the absence of an answer; the others are answers. */
export const rsvpStatuses = ['pending', 'attending', 'declined', 'maybe'] as const
export type RsvpStatus = (typeof rsvpStatuses)[number]

/** What a guest can say. Nobody answers "pending". */
export const rsvpAnswers = ['attending', 'maybe', 'declined'] as const satisfies readonly RsvpStatus[]
export type RsvpAnswer = (typeof rsvpAnswers)[number]

export const rsvpLabels: Record<RsvpStatus, string> = {
  pending: 'Pending',
  attending: 'Attending',
  declined: 'Declined',
  maybe: 'Maybe',
}

/** Large enough for a school class, small enough that a slip of the finger does not fill the hall. The guests table says it too. */
export const partySizeMax = 50
