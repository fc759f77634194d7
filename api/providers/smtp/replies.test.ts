import { describe, expect, test } from 'vitest'
import { type Reply, ReplyReader } from './replies.ts'

function heard(reader: ReplyReader, chunk: string) {
  const replies: Reply[] = []
  reader.read(chunk, (reply) => replies.push(reply))
  return replies
}

describe('a reply', () => {
  test.each([
    ['250 2.1.0 Ok\r\n', { code: 250, enhanced: '2.1.0', text: '2.1.0 Ok' }],
    ['250\r\n', { code: 250, enhanced: undefined, text: '' }],
    ['250-one\r\n250-two\r\n250 three\r\n', { code: 250, enhanced: undefined, text: 'one\ntwo\nthree' }],
    ['250 5.1.1 Ok\r\n', { code: 250, enhanced: undefined, text: '5.1.1 Ok' }],
    ['\r\n421 4.4.2 bye\n', { code: 421, enhanced: '4.4.2', text: '4.4.2 bye' }],
  ])('%j is read', (bytes, reply) => {
    expect(heard(new ReplyReader(), bytes)).toEqual([reply])
  })

  test('is read the same, however it is cut into pieces', () => {
    const reader = new ReplyReader()

    const replies = [...'250-one\r\n250 two\r\n354 go\r\n'].flatMap((byte) => heard(reader, byte))

    expect(replies.map(({ code, text }) => [code, text])).toEqual([
      [250, 'one\ntwo'],
      [354, 'go'],
    ])
  })

  test.each(['HTTP/1.1 200 OK\r\n', '25 Ok\r\n', '2500 Ok\r\n', '650 Ok\r\n', '250_Ok\r\n', 'x\r\n'])(
    '%j is none',
    (bytes) => {
      expect(() => heard(new ReplyReader(), bytes)).toThrow(/does not speak SMTP/)
    },
  )

  test.each([
    ['one line', () => `250 ${'x'.repeat(1000)}`, () => 'x'.repeat(1000)],
    ['many lines', () => '250-x\r\n'.repeat(200), () => '250-x\r\n'.repeat(200)],
  ])('without end (%s) is refused before it fills the memory', (_name, first, more) => {
    const reader = new ReplyReader()
    heard(reader, first())

    expect(() => {
      for (let piece = 0; piece < 200; piece += 1) heard(reader, more())
    }).toThrow(/without end/)
  })
})
