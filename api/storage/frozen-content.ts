import type { Selectable } from 'kysely'
import { currentLayoutVersion } from '../content/layout/layouts.ts'
import { trackedLinksIn } from '../content/tracked-links.ts'
import type { Branding, FrozenContent, FrozenEvent } from '../domain/content.ts'
import type { Mailbox } from '../domain/mail.ts'
import type { MessageKind } from '../domain/message.ts'
import { mayBeTracked, type TrackingChoice } from '../domain/tracking.ts'
import type { Events, Users } from './schema.gen.ts'

/**
 * What every mail of a message is made of. The notifier stores it when the message fires, and the preview renders it without
 * storing: one builder, so that a host sees what guests will get.
 */
export function freezeContent(source: ContentSource): FrozenContent {
  const { message, event, host, from, publicUrl, firedAt } = source
  return {
    layoutVersion: currentLayoutVersion,
    kind: message.kind,
    subject: message.subject,
    body: message.body,
    event: freezeEvent(event),
    host: { name: host.name, email: host.email },
    from,
    publicUrl,
    firedAt: firedAt.toISOString(),
    ...freezeTracking(source),
  }
}

/** Nothing at all where nothing is noted, so that such a message is stored, and its mails are made, as if tracking did not exist. */
function freezeTracking({ message, tracking, publicUrl }: ContentSource): Pick<FrozenContent, 'tracking'> {
  if (!tracking || !mayBeTracked(message.kind)) return {}
  const { trackOpens: opens, trackClicks } = tracking
  const links = trackClicks ? trackedLinksIn(message.body, publicUrl) : []
  return opens || links.length > 0 ? { tracking: { opens, links } } : {}
}

export type ContentSource = {
  message: { kind: MessageKind; subject: string; body: string }
  event: EventRow
  host: Pick<Selectable<Users>, 'name' | 'email'>
  /** The configured sender, as `EMAIL_FROM` says. */
  from: Mailbox
  publicUrl: string
  firedAt: Date
  /** What the host wants to know of guests; a preview leaves it out, for it is nobody's mail. */
  tracking?: TrackingChoice
}

type EventRow = Pick<Selectable<Events>, 'id' | 'name' | 'status' | 'branding' | WhenAndWhere>
type WhenAndWhere = 'localStart' | 'localEnd' | 'timezone' | 'startsAt' | 'endsAt' | 'venue' | 'description'

export function freezeEvent(event: EventRow): FrozenEvent {
  return {
    id: event.id,
    name: event.name,
    localStart: event.localStart,
    localEnd: event.localEnd ?? undefined,
    timezone: event.timezone,
    startsAt: event.startsAt.toISOString(),
    endsAt: event.endsAt?.toISOString(),
    venue: event.venue ?? undefined,
    description: event.description ?? undefined,
    ...(event.status === 'cancelled' && { cancelled: true }),
    branding: event.branding as Branding,
  }
}
