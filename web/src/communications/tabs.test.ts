import { expect, test } from 'vitest'
import { message } from '../../test/given-messages.ts'
import { messageLooks } from '../ui/badges.ts'
import { byTab, isOpen, tabs } from './tabs.ts'

const everyStatus = Object.keys(messageLooks) as (keyof typeof messageLooks)[]

test.each(everyStatus)('a %s message is in exactly one tab', (status) => {
  const found = tabs.filter((tab) => byTab([message({ status })], tab).length === 1)

  expect(found).toHaveLength(1)
})

test('only drafts and scheduled messages can still be changed', () => {
  expect(everyStatus.filter((status) => isOpen({ status }))).toEqual(['draft', 'scheduled'])
})

test('what goes out next comes first, and drafts without a time last', () => {
  const list = [
    message({ id: 'untimed' }),
    message({ id: 'later', sendAt: '2027-03-13T14:00:00.000Z' }),
    message({ id: 'next', sendAt: '2027-03-07T14:00:00.000Z' }),
  ]

  expect(byTab(list, 'scheduled').map(({ id }) => id)).toEqual(['next', 'later', 'untimed'])
})

test('what was sent starts with the latest', () => {
  const list = [
    message({ id: 'old', status: 'sent', firedAt: '2027-02-01T00:00:00.000Z' }),
    message({ id: 'new', status: 'failed', firedAt: '2027-02-02T00:00:00.000Z' }),
  ]

  expect(byTab(list, 'sent').map(({ id }) => id)).toEqual(['new', 'old'])
})
