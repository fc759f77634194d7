import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { Mail } from '../../domain/mail.ts'
import type { Line, Transport } from '../provider.ts'
import { lineOf } from '../../../test/peers/sending.ts'
import { brokenPeer, openTo } from '../../../test/peers/smtp-setting.ts'
import { someMail } from '../../../test/peers/some-mail.ts'

// RFC 2920 section 3.1: the commands of the next mail may leave together with the last bytes of this one.

const [first, second, third] = [1, 2, 3].map((seq) => someMail({ seq })) as [Mail, Mail, Mail]

async function heldLine(transport: Transport) {
  const line = await lineOf(transport)
  onTestFinished(() => line.release())
  return line
}

/** Sends each mail with the next one announced. */
async function sendAll(line: Line, mails: readonly Mail[]) {
  const results = []
  for (const [index, mail] of mails.entries()) {
    results.push(...(await line.send([mail], undefined, () => mails[index + 1])))
  }
  return results
}

test('mails that follow one another on a line each arrive whole, once, at their own address', async () => {
  const peer = await brokenPeer()
  const line = await heldLine(openTo(peer.url))

  const results = await sendAll(line, [first, second, third])

  expect(results.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted'])
  expect(peer.mails.map(({ to, raw }) => [to, raw])).toEqual(
    [first, second, third].map((mail) => [[mail.envelope.to], mail.mime()]),
  )
})

test('the next mail is announced before the last one is answered', async () => {
  const peer = await brokenPeer({ at: 'dot', doing: 'hang', accept: true })
  const line = await heldLine(openTo(peer.url, { patience: { dataMs: 100 } }))

  const [result] = await line.send([first], undefined, () => second)

  expect(result?.kind).toBe('unknown')
  expect(peer.mails).toHaveLength(1)
})

test('when the line breaks after the final dot, the mail that was announced with it is surely unsent', async () => {
  const peer = await brokenPeer({ at: 'dot', doing: 'reset', accept: true })
  const line = await heldLine(openTo(peer.url))

  const results = await sendAll(line, [first, second])

  expect(results.map(({ kind }) => kind)).toEqual(['unknown', 'accepted'])
  expect(peer.mails.map(({ to }) => to[0])).toEqual([first.envelope.to, second.envelope.to])
})

test('when the line breaks after the announced envelope was taken, its mail is surely unsent, too', async () => {
  const peer = await brokenPeer()
  const line = await heldLine(openTo(peer.url))
  await line.send([first], undefined, () => second)
  await expect.poll(() => peer.heard.filter((command) => command === 'DATA').length).toBe(2)
  // Answers and resets travel through the kernel; a line that has not heard of them yet cannot know.
  await sleep(50)
  peer.dropConnections()
  await sleep(50)

  const [result] = await line.send([second])

  expect(result?.kind).not.toBe('unknown')
  expect(peer.mails.filter(({ to }) => to[0] === second.envelope.to)).toHaveLength(result?.kind === 'accepted' ? 1 : 0)
})

test('a mail whose text cannot be put together fails alone; the one before it and the one behind it arrive', async () => {
  const peer = await brokenPeer()
  const line = await heldLine(openTo(peer.url))
  const broken = { ...second, mime: () => raise(new Error('half a character')) }

  const results = await sendAll(line, [first, broken, third])

  expect(results).toMatchObject([
    { kind: 'accepted' },
    { kind: 'rejected', reply: 'half a character' },
    { kind: 'accepted' },
  ])
  expect(peer.mails.map(({ to }) => to[0])).toEqual([first.envelope.to, third.envelope.to])
})

test('an announced recipient who is refused is refused alone', async () => {
  const peer = await brokenPeer()
  const line = await heldLine(openTo(peer.url))
  const mails = [first, second, third]
  await line.send([mails[0]!], undefined, () => {
    peer.plan({ at: 'recipient', doing: 'say', bytes: '550 5.1.1 Nobody here\r\n' })
    return mails[1]
  })

  const results = await sendAll(line, mails.slice(1))

  expect(results.map(({ kind }) => kind)).toEqual(['rejected', 'accepted'])
  expect(peer.mails.map(({ to }) => to[0])).toEqual([first.envelope.to, third.envelope.to])
})

test('a mail that was refused at its final dot does not take the announced one with it', async () => {
  const peer = await brokenPeer({ at: 'dot', doing: 'say', bytes: '554 5.7.1 No\r\n' })
  const line = await heldLine(openTo(peer.url))

  expect((await sendAll(line, [first, second])).map(({ kind }) => kind)).toEqual(['rejected', 'accepted'])
})

test('another mail than the announced one goes out on a new connection', async () => {
  const peer = await brokenPeer()
  const line = await heldLine(openTo(peer.url))
  await line.send([first], undefined, () => second)

  const [result] = await line.send([third])

  expect(result?.kind).toBe('accepted')
  expect(peer.mails.map(({ to }) => to[0])).toEqual([first.envelope.to, third.envelope.to])
})

test('a line that is given back with an announced mail is not used again', async () => {
  const peer = await brokenPeer()
  const transport = openTo(peer.url)
  const line = await lineOf(transport)
  await line.send([first], undefined, () => second)
  line.release()
  const greetings = () => peer.heard.filter((command) => command.startsWith('EHLO')).length
  const before = greetings()

  const [result] = await (await heldLine(transport)).send([third])

  expect(result?.kind).toBe('accepted')
  expect(greetings()).toBe(2 * before)
})

test('a server that takes an announced mail for a fault has it sent on another connection, and is told of none any more', async () => {
  const peer = await brokenPeer()
  const line = await heldLine(openTo(peer.url))
  const mails = [1, 2, 3, 4].map((seq) => someMail({ seq }))
  await line.send([mails[0]!], undefined, () => {
    peer.plan({ at: 'sender', doing: 'say', bytes: '503 5.5.1 Command out of turn\r\n' })
    return mails[1]
  })

  const results = await sendAll(line, mails.slice(1))

  expect(results.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted'])
  expect(peer.mails.map(({ to }) => to[0])).toEqual(mails.map(({ envelope }) => envelope.to))
  const next = someMail({ seq: 5 })
  let wasAsked = false
  await line.send([next], undefined, () => void (wasAsked = true))
  expect(wasAsked).toBe(false)
})

test('a server that never answers an announced mail is waited for once, not with every mail', async () => {
  const peer = await brokenPeer()
  const line = await heldLine(openTo(peer.url, { patience: { commandMs: 100 } }))
  await line.send([first], undefined, () => {
    peer.plan({ at: 'sender', doing: 'hang' })
    return second
  })

  const results = await sendAll(line, [second, third])

  expect(results.map(({ kind }) => kind)).toEqual(['accepted', 'accepted'])
  expect(peer.mails).toHaveLength(3)
})

test('a mail that is refused because another was announced with it goes out alone', async () => {
  const peer = await brokenPeer({ at: 'dot', doing: 'say', bytes: '554 SMTP synchronization error\r\n' })
  const line = await heldLine(openTo(peer.url))
  await line.send([third])
  peer.plan({ at: 'dot', doing: 'say', bytes: '554 SMTP synchronization error\r\n' })

  const results = await sendAll(line, [first, second])

  expect(results.map(({ kind }) => kind)).toEqual(['accepted', 'accepted'])
})

test('a connection carries no more mails than it may, also when they follow one another', async () => {
  const peer = await brokenPeer()
  const line = await heldLine(openTo(peer.url, { mailsPerConnectionMax: 2 }))

  await sendAll(
    line,
    [1, 2, 3, 4, 5].map((seq) => someMail({ seq })),
  )

  expect(peer.count).toBe(5)
  expect(peer.heard.filter((command) => command === 'QUIT')).toHaveLength(2)
})

function raise(error: Error): never {
  throw error
}
