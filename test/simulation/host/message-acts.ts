import { holdMessage, resumeSending } from '../../../api/http/messages/stop.ts'
import { changeMessage, endMessage, writeMessage } from '../../../api/http/messages/write.ts'
import type { MessageRow } from '../oracle/mirror.ts'
import { messageIsKept, type Act } from './act.ts'
import type { Desk } from './desk.ts'

const stop: Act = {
  name: 'stop a message that is being sent',
  weight: 4,
  async run(desk) {
    const message = someMessage(desk, (m) => m.status === 'sending' && m.pausedAt === null)
    if (!message) return undefined
    return messageIsKept(await holdMessage(desk.deps, editingOf(desk, message), false))
  },
}

const discard: Act = {
  name: 'stop a message and discard the rest',
  weight: 2,
  async run(desk) {
    const message = someMessage(desk, (m) => m.status === 'sending')
    if (!message) return undefined
    return messageIsKept(await holdMessage(desk.deps, editingOf(desk, message), true))
  },
}

const resume: Act = {
  name: 'resume a message',
  weight: 4,
  async run(desk) {
    const message = someMessage(desk, (m) => m.status === 'sending' && m.pausedAt !== null)
    if (!message) return undefined
    return messageIsKept(await resumeSending(desk.deps, editingOf(desk, message)))
  },
}

const cancel: Act = {
  name: 'cancel a message that waits',
  weight: 1,
  async run(desk) {
    const message = someMessage(desk, (m) => m.status === 'scheduled' && m.kind === 'broadcast')
    if (!message) return undefined
    return messageIsKept(await endMessage(desk.deps, editingOf(desk, message)))
  },
}

const sendNow: Act = {
  name: 'send a message now',
  weight: 2,
  async run(desk) {
    const message = someMessage(desk, (m) => m.status === 'scheduled')
    if (!message) return undefined
    return messageIsKept(await changeMessage(desk.deps, editingOf(desk, message), { mode: 'send_now' }))
  },
}

const write: Act = {
  name: 'write a message and send it',
  weight: 2,
  async run({ deps, host }) {
    const words = { subject: 'Bring a coat, {{guest_name}}', body: 'It will be cold.\n\n{{rsvp_link}}' }
    const asked = { ...words, audience: 'everyone', mode: 'send_now' } as const
    return messageIsKept(await writeMessage(deps, { eventId: host.eventId, userId: host.id, asked: asked as never }))
  },
}

export const messageActs: readonly Act[] = [stop, discard, resume, cancel, sendNow, write]

function someMessage({ mirror, host, random }: Desk, fits: (message: MessageRow) => boolean) {
  const fitting = [...mirror.messages.values()].filter((m) => m.eventId === host.eventId && fits(m))
  return fitting.length > 0 ? random.pick(fitting) : undefined
}

function editingOf({ host }: Desk, message: MessageRow) {
  return { key: { eventId: host.eventId, messageId: message.id }, userId: host.id, versions: undefined }
}
