import { describe, expect, onTestFinished, test } from 'vitest'
import { candidates, openLogTransport, type Stage } from '../../test/peers/candidates.ts'
import { lineOf, sendOne } from '../../test/peers/sending.ts'
import { someMail } from '../../test/peers/some-mail.ts'

describe.each(candidates)('$name', ({ start, batches, deduplicates }) => {
  async function given(prepare: (stage: Stage) => void = () => undefined, changes: Parameters<Stage['open']>[0] = {}) {
    const stage = await start()
    onTestFinished(() => stage.close())
    prepare(stage)
    const transport = stage.open(changes)
    onTestFinished(() => transport.close())
    return { stage, transport, peer: stage.peer }
  }

  test('hands over a mail and tells under which id', async () => {
    const { transport, peer } = await given()

    const result = await sendOne(transport)

    expect(result).toMatchObject({ kind: 'accepted', providerMessageId: expect.stringMatching(/\S/) })
    expect(peer.counts).toEqual(new Map([['guest1@example.com', 1]]))
  })

  test('reaches the stored address byte for byte', async () => {
    const { transport, peer } = await given()

    await sendOne(transport, someMail({ to: "o'hara+tag=x/y@mail.example.com" }))

    expect([...peer.counts.keys()]).toEqual(["o'hara+tag=x/y@mail.example.com"])
  })

  test.each([
    'a@example.com\r\nRCPT TO:<b@example.com>',
    'a@example.com,b@example.com',
    'a@example.com>',
    'a b@example.com',
    'a',
    '',
    'ä@example.com',
    'a@b@example.com',
  ])('sends nothing to %j, which is not one address', async (to) => {
    const { transport, peer } = await given()

    const result = await sendOne(transport, someMail({ to }))

    expect(result).toMatchObject({ kind: 'rejected', badAddress: true })
    expect(peer.count).toBe(0)
  })

  test('sends nothing from a return path that is not one address', async () => {
    const { transport, peer } = await given()

    const result = await sendOne(transport, someMail({ from: 'a@example.com>\r\nRCPT TO:<b@example.com' }))

    expect(result?.kind).toBe('misconfigured')
    expect(peer.count).toBe(0)
  })

  test('tells that one guest cannot be reached, and goes on with the others', async () => {
    const { transport, peer } = await given((stage) => stage.refuseAddress('guest2@example.com'), { linesMax: 1 })

    const kinds = []
    for (const seq of [1, 2, 3]) kinds.push((await sendOne(transport, someMail({ seq })))?.kind)

    expect(kinds).toEqual(['accepted', 'rejected', 'accepted'])
    expect([...peer.counts.keys()]).toEqual(['guest1@example.com', 'guest3@example.com'])
  })

  test('burns no guest when the account is refused', async () => {
    const { transport, peer } = await given(undefined, { wrongKey: true })

    const result = await sendOne(transport)

    expect(result?.kind).toBe('misconfigured')
    expect(await transport.verify()).not.toBe('ok')
    expect(peer.count).toBe(0)
  })

  test('knows that an account works without sending a mail', async () => {
    const { transport, peer } = await given()

    expect(await transport.verify()).toBe('ok')
    expect(peer.count).toBe(0)
  })

  test.each([
    ['throttled', 'throttle'],
    ['overQuota', 'exceedQuota'],
    ['tryLater', 'defer'],
  ] as const)('says %s with a time to wait, and sends the mail once when it is tried again', async (kind, fault) => {
    const { transport, peer } = await given((stage) => stage[fault]())

    const first = await sendOne(transport)
    const second = await sendOne(transport)

    expect(first).toMatchObject({ kind, afterMs: expect.any(Number), reason: expect.stringMatching(/\.$/) })
    expect(second?.kind).toBe('accepted')
    expect(peer.countTo('guest1@example.com')).toBe(1)
  })

  test('says "try later" when nobody listens', async () => {
    const { transport, stage } = await given()
    await stage.close()

    expect(await sendOne(transport)).toMatchObject({ kind: 'tryLater', afterMs: expect.any(Number) })
  })

  test('says that it does not know when the answer is lost', async () => {
    const { transport } = await given((stage) => stage.loseAnswer())

    expect((await sendOne(transport))?.kind).toBe('unknown')
  })

  test('says that it does not know when the answer does not come in time', async () => {
    const { transport } = await given((stage) => stage.hangAfterAccepting?.(), { patienceMs: 100 })

    expect((await sendOne(transport))?.kind).toBe('unknown')
  })

  test('gives its lines back after every kind of failure', async () => {
    const { transport } = await given(
      (stage) => {
        stage.refuseAddress('guest1@example.com')
        stage.throttle()
        stage.exceedQuota()
        stage.defer()
      },
      { linesMax: 1 },
    )
    for (const seq of [1, 2, 3, 4]) await sendOne(transport, someMail({ seq }))

    expect((await sendOne(transport, someMail({ seq: 5 })))?.kind).toBe('accepted')
  })

  test('waits for a free line when all are taken', async () => {
    const { transport } = await given(undefined, { linesMax: 1 })
    const first = await lineOf(transport)
    const order: string[] = []

    const second = lineOf(transport).then((line) => {
      order.push('second line')
      return line
    })
    await first.send([someMail()])
    order.push('first line given back')
    first.release()
    const line = await second
    line.release()

    expect(order).toEqual(['first line given back', 'second line'])
  })

  test('delivers each of two hundred mails once over a few lines', async () => {
    const { transport, peer } = await given(undefined, { linesMax: 4 })

    const kinds = await Promise.all(
      numbers(200).map(async (seq) => (await sendOne(transport, someMail({ seq })))?.kind),
    )

    expect(new Set(kinds)).toEqual(new Set(['accepted']))
    expect([peer.counts.size, peer.count, peer.doubled]).toEqual([200, 200, []])
  })

  test('lets a finished mail have its answer when it is broken off', async () => {
    const { transport, peer } = await given()
    const line = await lineOf(transport)
    await line.send([someMail({ seq: 1 })])
    line.breakOff()
    line.release()

    expect((await sendOne(transport, someMail({ seq: 2 })))?.kind).toBe('accepted')
    expect(peer.doubled).toEqual([])
  })

  test('sends whoever waits for a line away when it is closed, and waits for those on the wire', async () => {
    const { transport, peer } = await given(undefined, { linesMax: 1 })
    const line = await lineOf(transport)
    const waiting = transport.line()

    const closing = transport.close()
    const sentAway = await waiting
    const results = await line.send([someMail()])
    line.release()
    await closing

    expect(sentAway.kind).toBe('noLine')
    expect(results).toMatchObject([{ kind: 'accepted' }])
    expect((await transport.line()).kind).toBe('noLine')
    expect(peer.count).toBe(1)
  })

  test('takes it for a mistake to be given no mail, or more than it can carry', async () => {
    const { transport } = await given()
    const line = await lineOf(transport)

    await expect(line.send([])).rejects.toThrow(RangeError)
    await expect(
      line.send(
        numbers(transport.batchMax + 1).map((seq) => someMail({ seq })),
        'key',
      ),
    ).rejects.toThrow(RangeError)
    expect([transport.batchMax > 1, transport.deduplicates]).toEqual([batches, deduplicates])
    line.release()
  })
})

describe('Log', () => {
  test('writes address and subject of each mail down and accepts it', async () => {
    const { transport, lines } = openLogTransport()

    const result = await sendOne(transport)

    expect(result).toEqual({ kind: 'accepted', providerMessageId: `log-${someMail().deliveryTag}` })
    expect(lines).toMatchObject([{ to: 'guest1@example.com', subject: 'See you on Friday' }])
    await transport.close()
    expect((await transport.line()).kind).toBe('noLine')
  })
})

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
