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
  const call = (nth: number) => Array.from({ length: 100 }, (_, seq) => row(100 * nth + seq))
  for (let nth = 0; nth < 10; nth++) void exchange.mark(call(nth))

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

test('a row that is asked for under two claims is not twice on a page', async () => {
  const { exchange, nextPage } = given()
  void exchange.mark([row(1)])
  const first = await nextPage()
  const old = exchange.mark([{ ...row(2), epoch: 1 }])
  const anew = exchange.mark([{ ...row(2), epoch: 2 }])
  first.write()

  const second = await nextPage()
  second.write()
  const third = await nextPage()
  third.write()

  expect([second, third].map(({ rows }) => rows.map(({ epoch }) => epoch))).toEqual([[1], [2]])
  expect([await old, await anew]).toHaveLength(2)
  await exchange.idle()
})

test('where there is enough for another page, it leaves before those are told whose marks the last one made', async () => {
  const { exchange, nextPage } = given()
  const story: string[] = []
  for (let seq = 1; seq <= linesMax; seq++) void exchange.mark([row(seq)]).then(() => story.push('told'))
  const first = await nextPage()
  for (let sent = 0; sent < linesMax; sent++) exchange.enter({})
  for (let seq = linesMax + 1; seq <= 2 * linesMax; seq++) void exchange.mark([row(seq)])
  first.write()

  const second = await nextPage()
  story.push('left')
  second.write()
  await exchange.idle()

  expect(story).toEqual(['left', ...Array.from({ length: linesMax }, () => 'told')])
})

test('a limit of which only the later of those who share a page know is heeded', async () => {
  const { exchange, nextPage } = given()
  void exchange.mark([row(1)])
  void exchange.mark([row(2)], 'account')

  const page = await nextPage()

  expect([page.rows.length, page.account]).toEqual([2, 'account'])
  page.write()
  await exchange.idle()
})
