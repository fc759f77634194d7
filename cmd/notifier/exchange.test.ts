import { pino } from 'pino'
import { expect, test } from 'vitest'
import { systemClock } from './clock.ts'
import { createExchange, inDoubtPerLine, type Entered, type Page } from './exchange.ts'

const linesMax = 4
const log = pino({ level: 'silent' })
const row = (seq: number) => ({ messageId: 'm', seq, unitId: 1, epoch: 1 })

/** An exchange whose pages are written when the test says so. Every row that is asked for may go. */
function given({ batchMax = 1 } = {}) {
  const pages: (Page<Entered> & { write: () => void; fail: () => void })[] = []
  let turned = Promise.withResolvers<void>()
  const transport = { linesMax, batchMax } as never
  const exchange = createExchange<Entered>({ transport, log, clock: systemClock }, (page) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    pages.push({ ...page, write: resolve, fail: () => reject(new Error('away')) })
    turned.resolve()
    turned = Promise.withResolvers()
    return promise.then(() => page.rows.map(({ messageId, seq }) => ({ messageId, seq, verdict: 'wired' as const })))
  })
  const nextPage = async () => {
    while (pages.length === 0) await turned.promise
    return pages.shift()!
  }
  return { exchange, nextPage }
}

test('what arrives while a page is on its way goes on the next', async () => {
  const { exchange, nextPage } = given()
  void exchange.mark([row(1)])
  const first = await nextPage()
  void exchange.mark([row(2)])
  exchange.enter({})
  void exchange.mark([row(3)])
  first.write()

  const second = await nextPage()

  expect(first.rows.map(({ seq }) => seq)).toEqual([1])
  expect(second.rows.map(({ seq }) => seq)).toEqual([2, 3])
  expect(second.entries).toHaveLength(1)
  second.write()
  await exchange.idle()
})

test('never more than two mails per line are marked and not recorded, however slow the database is', async () => {
  const { exchange, nextPage } = given()
  const most = inDoubtPerLine * linesMax
  const marked: number[] = []
  for (let seq = 1; seq <= 3 * most; seq++) void exchange.mark([row(seq)]).then(() => marked.push(seq))
  const first = await nextPage()
  first.write()
  await exchange.idle()
  expect(marked).toHaveLength(most)

  for (let sent = 0; sent < 3; sent++) exchange.enter({ wired: true })
  const second = await nextPage()

  // The three that this page records make room for three, in the same commit.
  expect([second.entries.length, second.rows.length]).toEqual([3, 3])
  expect(marked).toHaveLength(most)
  second.write()
  await exchange.idle()
  expect(marked).toHaveLength(most + 3)
})

test('a call with many mails counts as one line has it: whole', async () => {
  const { exchange, nextPage } = given({ batchMax: 100 })
  const call = Array.from({ length: 100 }, (_, seq) => row(seq))
  for (let calls = 0; calls < 10; calls++) void exchange.mark(call)

  const page = await nextPage()

  expect(page.rows).toHaveLength(inDoubtPerLine * linesMax * 100)
  page.write()
  await exchange.idle()
})

test('outcomes whose page fails are written again; marks are not, for nobody knows whether they were made', async () => {
  const { exchange, nextPage } = given()
  let isWritten = false
  exchange.enter({ written: () => (isWritten = true) })
  const marking = exchange.mark([row(1)])
  ;(await nextPage()).fail()
  await expect(marking).rejects.toThrow('away')

  const again = await nextPage()

  expect([again.entries.length, again.rows.length, isWritten]).toEqual([1, 0, false])
  again.write()
  await exchange.idle()
  expect(isWritten).toBe(true)
})

test('what was entered without a mark frees nobody', async () => {
  const { exchange, nextPage } = given()
  const most = inDoubtPerLine * linesMax
  for (let seq = 1; seq <= most + 1; seq++) void exchange.mark([row(seq)])
  ;(await nextPage()).write()
  await exchange.idle()

  exchange.enter({ wired: false })

  expect((await nextPage()).rows).toEqual([])
})
