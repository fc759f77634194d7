import { expect, test } from 'vitest'
import { byUrgency, priorityAt } from './firing.ts'
import type { MessageKind } from './message.ts'

const now = new Date('2027-03-14T09:00:00Z')
const inHours = (hours: number) => new Date(now.getTime() + hours * 3_600_000)

test.each([
  ['confirmation', 100, 0],
  ['notice', -5, 0],
  ['test', 100, 0],
  ['reminder', 9, 1],
  ['reminder', 33, 2],
  ['reminder', 168, 2],
  ['broadcast', 2, 3],
  ['resend', 2, 3],
] as const)('a %s of an event that begins in %i hours waits in line %i', (kind, hours, priority) => {
  expect(priorityAt(kind, { startsAt: inHours(hours) }, now)).toBe(priority)
})

test('between equals the one that is useless soonest goes first, then the one that was due first', () => {
  const due = (kind: MessageKind, hours: number, lateHours: number) => ({
    ...{ kind, startsAt: inHours(hours), sendAt: inHours(-lateHours), now },
    name: `${kind} in ${hours} h, ${lateHours} h late`,
  })
  const given = [
    due('broadcast', 1, 1),
    due('broadcast', 1, 2),
    due('reminder', 168, 1),
    due('reminder', 24, 1),
    due('reminder', 24, 2),
  ]

  expect(given.toSorted(byUrgency).map(({ name }) => name)).toEqual([
    'reminder in 24 h, 2 h late',
    'reminder in 24 h, 1 h late',
    'reminder in 168 h, 1 h late',
    'broadcast in 1 h, 2 h late',
    'broadcast in 1 h, 1 h late',
  ])
})
