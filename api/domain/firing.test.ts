import { expect, test } from 'vitest'
import { planFiring, type DueMessage } from './firing.ts'

const now = new Date('2027-03-14T12:00:00Z')
const hours = (n: number) => new Date(now.getTime() + n * 3_600_000)
const resendOf = (firstKind: DueMessage['firstKind']): DueMessage => ({ kind: 'resend', sendAt: now, firstKind })

test('a reminder that is sent again is of use until its event begins, and never goes out after that', () => {
  expect(planFiring(resendOf('reminder'), { startsAt: hours(6) }, false, now)).toEqual({
    kind: 'fire',
    expiresAt: hours(6),
  })
  expect(planFiring(resendOf('reminder'), { startsAt: hours(-1) }, false, now)).toEqual({ kind: 'missed' })
})

test('other messages that are sent again have their day, whenever the event is', () => {
  const aDay = { kind: 'fire', expiresAt: hours(24) }

  expect(planFiring(resendOf('broadcast'), { startsAt: hours(-1) }, false, now)).toEqual(aDay)
  expect(planFiring(resendOf('reminder'), { startsAt: hours(100) }, false, now)).toEqual(aDay)
  expect(planFiring({ kind: 'broadcast', sendAt: now, firstKind: null }, { startsAt: hours(6) }, false, now)).toEqual(
    aDay,
  )
})
