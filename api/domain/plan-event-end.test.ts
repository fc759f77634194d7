import { expect, test } from 'vitest'
import { messageKinds, messageStatuses, type MessageKind, type MessageStatus } from './message.ts'
import { planEventCancel, planEventDelete } from './plan-event-end.ts'

const message = (kind: MessageKind, status: MessageStatus) => ({
  id: `${kind} ${status}`,
  kind,
  status,
  reopened: false,
  reminderKey: kind === 'reminder' ? 'one_day' : null,
  subject: 'Parking',
})
const everyMessage = messageKinds.flatMap((kind) => messageStatuses.map((status) => message(kind, status)))

test('a cancelled event sends nothing more but its notices', () => {
  const plan = planEventCancel(everyMessage)

  const others = ['broadcast', 'reminder', 'resend', 'confirmation', 'test']
  expect(plan.cancel).toEqual(others.flatMap((kind) => [`${kind} draft`, `${kind} scheduled`]))
  expect(plan.stop).toEqual(others.map((kind) => `${kind} sending`))
})

test('a message that goes on for guests who are tried again is on its way like any other', () => {
  const reopened = { ...message('broadcast', 'sent'), reopened: true }

  expect(planEventCancel([reopened]).stop).toEqual([reopened.id])
  expect(planEventDelete([reopened])).toMatchObject({ kind: 'refused' })
})

test('cancelling twice changes nothing the second time', () => {
  const { cancel, stop } = planEventCancel(everyMessage)
  const ended = everyMessage.map((m) =>
    cancel.includes(m.id) || stop.includes(m.id) ? { ...m, status: 'cancelled' as const } : m,
  )

  expect(planEventCancel(ended)).toEqual({ cancel: [], stop: [] })
})

test('an event is not deleted while a message is on its way', () => {
  expect(planEventDelete([message('broadcast', 'scheduled'), message('reminder', 'sending')])).toMatchObject({
    kind: 'refused',
    refusal: { status: 409, detail: expect.stringContaining('“1-day reminder” is being sent') },
  })
  expect(planEventDelete(everyMessage.filter(({ status }) => status !== 'sending'))).toEqual({ kind: 'planned' })
})
