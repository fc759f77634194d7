import type { EventMetrics, Revision, Skips, Timeline } from '../../../api/contract/figures.ts'
import type { ResendState } from '../../../api/contract/resend.ts'

// What the server tells of messages that went out, by the names of the page.

export type { Revision }
export type ResendOffer = ResendState
export type MessageTimeline = Timeline
export type Skip = Skips['items'][number]
export type Moments = Timeline['later']
export type EventReport = EventMetrics
