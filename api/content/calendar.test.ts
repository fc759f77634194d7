import { expect, test } from 'vitest'
import { givenContent, hostileNames } from '../../test/given-content.ts'
import type { FrozenEvent } from '../domain/content.ts'
import { calendarFile } from './calendar.ts'

const options = { publicUrl: 'https://tidings.example', stampAt: '2027-03-13T14:00:00Z' }

function entry(changes: Partial<FrozenEvent> = {}, more: Partial<Parameters<typeof calendarFile>[1]> = {}): string {
  return calendarFile({ ...givenContent().event, ...changes }, { ...options, ...more }).content
}

/** RFC 5545 section 3.1: a line that begins with a blank continues the one before. */
function unfolded(file: string): string[] {
  return file.replaceAll(/\r\n[ \t]/g, '').split('\r\n')
}

test('the entry has the event in UTC, under a name that never changes', () => {
  expect(unfolded(entry())).toEqual(
    expect.arrayContaining([
      'METHOD:PUBLISH',
      'UID:0198c5a2-7a10-7cc3-9b1f-00000000e0e0@tidings.example',
      'DTSTAMP:20270313T140000Z',
      'DTSTART:20270314T220000Z',
      'DTEND:20270315T020000Z',
      'SUMMARY:The Long Table',
      'LOCATION:Red Hook Boathouse\\, 146 Beard Street\\, Brooklyn',
      'SEQUENCE:0',
      'STATUS:CONFIRMED',
    ]),
  )
})

test('an event without an end, a venue or a description has none in the calendar', () => {
  const lines = unfolded(entry({ localEnd: undefined, endsAt: undefined, venue: undefined }))

  expect(lines.filter((line) => /^(DTEND|LOCATION|DESCRIPTION)/.test(line))).toEqual([])
})

test('a later version and a cancellation replace the entry', () => {
  expect(unfolded(entry({}, { sequence: 4, cancelled: true, url: 'https://tidings.example/r/abc' }))).toEqual(
    expect.arrayContaining(['SEQUENCE:4', 'STATUS:CANCELLED', 'URL;VALUE=URI:https://tidings.example/r/abc']),
  )
})

test.each(hostileNames)('%j stays within its own line', (name) => {
  const innocent = unfolded(entry({ venue: 'x', description: 'x' }))
  const lines = unfolded(entry({ name, venue: name, description: `${name}\n${name}` }))

  expect(lines.length).toBeLessThanOrEqual(innocent.length + 1)
  expect(lines.filter((line) => /^(BEGIN|ATTENDEE|ATTACH|ORGANIZER|Bcc)/.test(line))).toEqual([
    'BEGIN:VCALENDAR',
    'BEGIN:VEVENT',
  ])
})

test('commas, semicolons, backslashes and line ends are escaped, and long lines folded', () => {
  const file = entry({ name: 'a,b;c\\d', description: `first\r\nBEGIN:VALARM\n${'é'.repeat(200)}` })

  expect(unfolded(file)).toContain('SUMMARY:a\\,b\\;c\\\\d')
  expect(unfolded(file).find((line) => line.startsWith('DESCRIPTION'))).toContain('first\\nBEGIN:VALARM\\n')
  expect(Math.max(...file.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(76)
})
