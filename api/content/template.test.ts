import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reminders } from '../domain/reminders.ts'
import { checkBody, checkTemplate } from './check-template.ts'
import { confirmationText } from './confirmation-text.ts'
import { placeholders } from './placeholders.ts'
import { parseTemplate } from './template.ts'

describe('a template', () => {
  test('is cut into what the host wrote and what is filled in', () => {
    const segments = parseTemplate('Hello {{ guest_name | dear friend }}, {{event_name}}')

    expect(segments).toEqual([
      { kind: 'literal', text: 'Hello ' },
      { kind: 'slot', placeholder: expect.objectContaining({ token: 'guest_name' }), fallback: 'dear friend' },
      { kind: 'literal', text: ', ' },
      { kind: 'slot', placeholder: expect.objectContaining({ token: 'event_name' }), fallback: undefined },
    ])
  })

  test('keeps what is no placeholder as it was written', () => {
    expect(parseTemplate('{{7*7}} {{guest}} {{')).toEqual([{ kind: 'literal', text: '{{7*7}} {{guest}} {{' }])
  })

  test('loses the characters that stand for slots', () => {
    expect(parseTemplate('a\uE000b\uE123c\uF8FF')).toEqual([{ kind: 'literal', text: 'abc' }])
  })

  test('with nothing to complain about has no braces left', () => {
    const pieces = fc.constantFrom(
      '{{',
      '}}',
      '{',
      '}',
      '|',
      'guest_name',
      'venue',
      ' ',
      'x',
      '{{guest_name}}',
      '{{venue|there}}',
    )

    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        const literals = parseTemplate(text).flatMap((segment) => (segment.kind === 'literal' ? segment.text : []))
        expect(checkTemplate(text).length === 0 && literals.join('\n').includes('{{')).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('checking a template', () => {
  test.each([
    'Hello',
    '',
    'a } b { c }} d',
    ...placeholders.map(({ token }) => `{{${token}}}`),
    '{{ guest_name }} {{guest_name|}} {{guest_name | there}} {{guest_name|a|b}}',
  ])('%j may be saved', (text) => {
    expect(checkTemplate(text)).toEqual([])
  })

  test.each([
    ['{{guest}}', '{{guest}} is not a placeholder. Did you mean {{guest_name}}?', 'guest_name'],
    ['{{Guest Name}}', '{{Guest Name}} is not a placeholder. Did you mean {{guest_name}}?', 'guest_name'],
    ['{{guestname}}', '{{guestname}} is not a placeholder. Did you mean {{guest_name}}?', 'guest_name'],
    ['{{evnt_name}}', '{{evnt_name}} is not a placeholder. Did you mean {{event_name}}?', 'event_name'],
    ['{{date}}', '{{date}} is not a placeholder. Did you mean {{event_date}}?', 'event_date'],
    ['{{RSVP}}', '{{RSVP}} is not a placeholder. Did you mean {{rsvp_link}}?', 'rsvp_link'],
    ['{{link}}', '{{link}} is not a placeholder. Did you mean {{rsvp_link}}?', 'rsvp_link'],
    ['{{venu|here}}', '{{venu}} is not a placeholder. Did you mean {{venue}}?', 'venue'],
  ])('%s is answered with what was meant', (text, message, suggestion) => {
    expect(checkTemplate(text)).toEqual([expect.objectContaining({ message, suggestion, position: 0 })])
  })

  test.each([
    '{{7*7}}',
    '{{env "HOME"}}',
    "{{constructor.constructor('return process')()}}",
    '{{__proto__}}',
    '{{toString}}',
    '{{}}',
    '{{|there}}',
    '{{<b>na</b>me}}',
    '{{{guest_name}}}',
    '{{#each guests}}',
    '{{/if}}',
    '{{guest_name',
    '{{',
    '{{ {{guest_name}}',
    '{{xylophone}}',
  ])('%s is refused', (text) => {
    const [problem] = checkTemplate(`Hi ${text}`)

    expect(problem).toMatchObject({ position: 3 })
    expect(problem!.message).toMatch(/^\{\{.*\.$|\?$/)
  })

  test('says that there are no blocks', () => {
    expect(checkTemplate('{{#each guests}}')[0]!.message).toContain('no blocks or conditions')
  })

  test('says that braces are not closed, and what was begun', () => {
    expect(checkTemplate('Dear {{guest_name')).toEqual([
      {
        token: 'guest_name',
        position: 5,
        message: '{{guest_name is not closed with }}. Did you mean {{guest_name}}?',
        suggestion: 'guest_name',
      },
    ])
  })

  test('finds each problem at its place', () => {
    expect(checkTemplate('{{a}} {{venue}} {{b}}').map(({ position }) => position)).toEqual([0, 16])
  })

  test('is quick and brief with a text that is all braces', () => {
    expect(checkTemplate('{{'.repeat(50_000))).toHaveLength(20)
    expect(checkTemplate(`{{${'x'.repeat(100_000)}}}`)[0]!.message.length).toBeLessThan(300)
  })

  test('refuses a body with more structure than a letter', () => {
    expect(checkBody('[a](https://example.com) '.repeat(3_900))).toEqual([expect.objectContaining({ position: 0 })])
    expect(checkBody('[a](https://example.com) '.repeat(300))).toEqual([])
  })

  test('finds nothing in our own words', () => {
    for (const { subject, body } of [...reminders, confirmationText]) {
      expect([...checkTemplate(subject), ...checkBody(body)]).toEqual([])
    }
  })
})
