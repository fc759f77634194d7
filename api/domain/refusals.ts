import { audienceUnknown } from './refusals/audience-unknown.ts'
import { backfillRunning } from './refusals/backfill-running.ts'
import { bodyEmpty } from './refusals/body-empty.ts'
import { channelNotConfigured } from './refusals/channel-not-configured.ts'
import { endBeforeStart } from './refusals/end-before-start.ts'
import { eventCancelled } from './refusals/event-cancelled.ts'
import { eventDraft } from './refusals/event-draft.ts'
import { eventOver } from './refusals/event-over.ts'
import { eventSending } from './refusals/event-sending.ts'
import { eventTooFar } from './refusals/event-too-far.ts'
import { fieldInvalid } from './refusals/field-invalid.ts'
import { guestAddressTaken } from './refusals/guest-address-taken.ts'
import { guestLimitReached } from './refusals/guest-limit-reached.ts'
import { guestNameless } from './refusals/guest-nameless.ts'
import { importTooLarge } from './refusals/import-too-large.ts'
import { importUnreadable } from './refusals/import-unreadable.ts'
import { lastOwner } from './refusals/last-owner.ts'
import { messageLimitReached } from './refusals/message-limit-reached.ts'
import { messageEnding } from './refusals/message-ending.ts'
import { messageNotOpen } from './refusals/message-not-open.ts'
import { messageNotSending } from './refusals/message-not-sending.ts'
import { messageNotSent } from './refusals/message-not-sent.ts'
import { noEventApi } from './refusals/no-event-api.ts'
import { nobodyToRetry } from './refusals/nobody-to-retry.ts'
import { notFound } from './refusals/not-found.ts'
import { noticeLimitReached } from './refusals/notice-limit-reached.ts'
import { providerMissing } from './refusals/provider-missing.ts'
import { alreadyResent } from './refusals/already-resent.ts'
import { kindNotResent } from './refusals/kind-not-resent.ts'
import { nobodyToResend } from './refusals/nobody-to-resend.ts'
import { resendNotSent } from './refusals/resend-not-sent.ts'
import { resendOfResend } from './refusals/resend-of-resend.ts'
import { resendOnItsWay } from './refusals/resend-on-its-way.ts'
import { resendTooEarly } from './refusals/resend-too-early.ts'
import { roleNeeded } from './refusals/role-needed.ts'
import { rsvpClosed } from './refusals/rsvp-closed.ts'
import { rsvpFull } from './refusals/rsvp-full.ts'
import { ruleAfterStart } from './refusals/rule-after-start.ts'
import { sendAtMissing } from './refusals/send-at-missing.ts'
import { sendAtPast } from './refusals/send-at-past.ts'
import { sendAtTooFar } from './refusals/send-at-too-far.ts'
import { sendAtTwice } from './refusals/send-at-twice.ts'
import { soleOwnerOfComingEvents } from './refusals/sole-owner-of-coming-events.ts'
import { stale } from './refusals/stale.ts'
import { subjectEmpty } from './refusals/subject-empty.ts'
import { unknownPlaceholder } from './refusals/unknown-placeholder.ts'
import { weeklyLimitReached } from './refusals/weekly-limit-reached.ts'

/** Every way to say no. The `type` of each is part of the HTTP contract and never changes its meaning. */
export const refusals = {
  messageEnding,
  messageNotOpen,
  messageNotSending,
  messageNotSent,
  nobodyToRetry,
  alreadyResent,
  kindNotResent,
  nobodyToResend,
  resendNotSent,
  resendOfResend,
  resendOnItsWay,
  resendTooEarly,
  subjectEmpty,
  bodyEmpty,
  channelNotConfigured,
  providerMissing,
  eventDraft,
  eventCancelled,
  eventOver,
  messageLimitReached,
  weeklyLimitReached,
  noticeLimitReached,
  sendAtPast,
  sendAtMissing,
  sendAtTooFar,
  sendAtTwice,
  ruleAfterStart,
  unknownPlaceholder,
  audienceUnknown,
  guestLimitReached,
  guestAddressTaken,
  guestNameless,
  lastOwner,
  soleOwnerOfComingEvents,
  roleNeeded,
  stale,
  eventSending,
  rsvpClosed,
  rsvpFull,
  importTooLarge,
  importUnreadable,
  fieldInvalid,
  endBeforeStart,
  eventTooFar,
  noEventApi,
  backfillRunning,
  notFound,
} as const
