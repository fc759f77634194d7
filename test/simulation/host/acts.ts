import { changeEvent, endEvent } from '../../../api/http/events/write.ts'
import { eventIsKept, type Act } from './act.ts'
import { afterActs } from './after-acts.ts'
import { guestActs } from './guest-acts.ts'
import { messageActs } from './message-acts.ts'

const moveEvent: Act = {
  name: 'move the event',
  weight: 2,
  async run({ deps, host, mirror, random }) {
    const event = mirror.events.get(host.eventId)!
    const day = new Date(`${event.localStart.slice(0, 10)}T00:00Z`)
    day.setUTCDate(day.getUTCDate() + random.whole(-1, 3))
    const hour = String(random.whole(0, 23)).padStart(2, '0')
    const localStart = `${day.toISOString().slice(0, 10)}T${hour}:30`
    const editing = { eventId: host.eventId, userId: host.id, versions: undefined, dryRun: false }
    return eventIsKept(await changeEvent(deps, editing, { localStart }))
  },
}

const cancelEvent: Act = {
  name: 'cancel the event',
  weight: 0.3,
  async run({ deps, host }) {
    return eventIsKept(await endEvent(deps, { eventId: host.eventId, userId: host.id, versions: undefined }))
  },
}

/** All that hosts and guests may do. */
export const acts: readonly Act[] = [...messageActs, ...guestActs, ...afterActs, moveEvent, cancelEvent]
