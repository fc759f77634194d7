/** A draft holds what it would send; a cancelled event sends nothing but the news that it is cancelled. */
export const eventStatuses = ['published', 'draft', 'cancelled'] as const
export type EventStatus = (typeof eventStatuses)[number]

/** What a host can make of an event by editing it. Cancelling is a step of its own, with no way back. */
export const editableStatuses = ['published', 'draft'] as const satisfies readonly EventStatus[]
export type EditableStatus = (typeof editableStatuses)[number]
