import { expect, test } from 'vitest'
import { isInBurst, waitsForOthersMs } from './click-bursts.ts'

const click = (ms: number, link: string) => ({ at: new Date(Date.UTC(2027, 2, 1) + ms), link })

test.each([
  ['another link a second later', click(5000, '1'), [click(5000, '1'), click(6000, '2')], true],
  ['another link a second before', click(6000, '2'), [click(5000, '1'), click(6000, '2')], true],
  ['another link exactly two seconds later', click(5000, '1'), [click(7000, '2')], true],
  ['another link a little later than that', click(5000, '1'), [click(7001, '2')], false],
  ['the same link twice', click(5000, '1'), [click(5000, '1'), click(5100, '1')], false],
  ['alone', click(5000, '1'), [click(5000, '1')], false],
])('%s', (_, one, all, isMachine) => {
  expect(isInBurst(one, all)).toBe(isMachine)
})

test('only a click that a person may have made waits for its neighbours, and less than a second', () => {
  expect(waitsForOthersMs({ kind: 'clicked', link: '1' })).toBe(700)
  expect(waitsForOthersMs({ kind: 'clicked' })).toBe(0)
  expect(waitsForOthersMs({ kind: 'clicked', link: '1', machine: 'A mail scanner' })).toBe(0)
  expect(waitsForOthersMs({ kind: 'opened' })).toBe(0)
})
