import { setImmediate as breath } from 'node:timers/promises'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Mail } from '../../api/domain/mail.ts'
import type { SendResult } from '../../api/domain/send-result.ts'
import type { Line } from '../../api/providers/provider.ts'
import { createAnswers } from './answers.ts'
import { createHand, type Job } from './hand.ts'
import type { Entry } from './ledger.ts'
import type { Ready } from './prepare.ts'
import { createRuns } from './runs.ts'

/** What the provider says to one mail: yes after so many ms, or something else at once. */
type Says = number | SendResult | Error

type Plan = {
  says: readonly Says[]
  pageMs?: number
  batchMax?: number
  limited?: boolean
  /** Jobs, by number, whose mark is made when this resolves. */
  slowMarks?: Record<number, Promise<void>>
  /** Jobs of which so many mails may go; one of each of the others. */
  mails?: Record<number, number>
  replays?: readonly number[]
  /** The host of this process tells it to stop while this mail is on the wire. */
  stopsDuring?: number
}

/** A line with work for as many jobs as the provider has answers, and the story of what happened to each, by number. */
function given({ says, pageMs = 10, batchMax = 1, limited = false, slowMarks = {}, mails = {}, ...plan }: Plan) {
  const steps: [what: string, job: number][] = []
  const entries: Entry[] = []
  const aheadAtAnswers: number[] = []
  const answersLeft = [...says]
  let now = 0
  let stopping = false
  const hand = createHand()
  const clock = only({ now: () => now })
  const notifier = only({
    transport: { batchMax },
    clock,
    random: () => 0,
    meter: undefined,
    log: pino({ level: 'silent' }),
  })
  const ledger = only({
    pageMs: () => pageMs,
    enter(entry: Entry) {
      entries.push(entry)
      entry.written?.()
    },
  })

  async function prepare(job: Job): Promise<Ready> {
    const number = numberOf(job)
    steps.push(['mark', number])
    await slowMarks[number]
    const written = Array.from({ length: mails[number] ?? 1 }, () => ({ row: job.rows[0]!, mail: mailOf(number) }))
    return { job, call: { written, unwritable: [] } }
  }

  const line: Pick<Line, 'send'> = {
    async send(handed, _key, following) {
      const number = Number(handed[0]!.deliveryTag)
      steps.push(['send', number])
      await breath()
      if (number === plan.stopsDuring) stopping = true
      const next = following!()
      if (next) steps.push(['announce', Number(next.deliveryTag)])
      const answer = answersLeft.shift()
      if (answer === undefined) throw new Error(`no answer is planned for mail ${number}`)
      if (answer instanceof Error) throw answer
      now += typeof answer === 'number' ? answer : 1
      aheadAtAnswers.push(count('mark') - count('send'))
      return handed.map(() => (typeof answer === 'number' ? { kind: 'accepted', providerMessageId: 'p' } : answer))
    },
  }
  const count = (what: string) => steps.filter(([each]) => each === what).length

  const sendOn = createRuns(notifier, hand, ledger, createAnswers(notifier, hand, ledger), {
    prepare,
    mayStart: () => !stopping,
    mayTake: () => !stopping,
    pace: only({ isPaused: () => false, notice: (results: readonly SendResult[]) => [...results] }),
    account: only({ known: () => ({ limited }) }),
  })
  const [first, ...others] = says.map((_, index) => jobOf(index + 1, plan.replays?.includes(index + 1)))
  for (const job of others) hand.put(job)

  return {
    run: () => sendOn(only(line), first!),
    /** `mark 1 · send 1 · mark 2 3 · send 2`, without what was announced. */
    story: () => told(steps.filter(([what]) => what !== 'announce')),
    announced: () => steps.flatMap(([what, job]) => (what === 'announce' ? job : [])),
    /** The most that were ever marked and not on the wire. */
    mostAhead: () => Math.max(...aheadAtAnswers),
    sent: () => steps.flatMap(([what, job]) => (what === 'send' ? job : [])),
    entered: (state?: string) => entries.filter(({ outcome }) => outcome?.state === state),
    waiting: () => hand.rowsWaiting(),
  }
}

const jobs = (entries: readonly Entry[]) => entries.map(({ row }) => row!.seq)
const numberOf = ({ rows }: Job) => rows[0]!.seq
const mailOf = (job: number) => ({ deliveryTag: String(job) }) as Mail

function jobOf(number: number, isReplay = false): Job {
  const message = { id: 'm', policy: 'resend', expiresInMs: 3_600_000, loadedAt: 0 }
  const unit = { messageId: 'm', id: 1, epoch: 1, priority: 3, left: 100, lost: false, replayInMs: 0 }
  const replay = isReplay ? { lo: number, generation: 1, requestHash: Buffer.alloc(0), ageMs: 0 } : undefined
  return { unit, message, rows: [{ seq: number, attempt: 0 }], replay } as unknown as Job
}

function told(steps: readonly [string, number][]) {
  const words = steps.map(([what, job], at) => (steps[at - 1]?.[0] === what ? ` ${job}` : ` · ${what} ${job}`))
  return words.join('').slice(3)
}

/** Has what is planned for it, and throws at whoever asks for anything else. */
function only(parts: object): never {
  return new Proxy(parts, {
    get(target, name) {
      if (!(name in target)) throw new Error(`${String(name)} is not planned`)
      return Reflect.get(target, name)
    },
  }) as never
}

const accepted = (mails: number, ms = 2) => Array.from({ length: mails }, () => ms)

test('where several answers come in the time of a page, a line has five mails marked together and sends them in one breath', async () => {
  const line = given({ says: accepted(12) })

  await line.run()

  expect(line.story()).toBe(
    'mark 1 · send 1 · mark 2 · send 2 · mark 3 4 5 6 7 · send 3 4 5 6 7 · mark 8 9 10 11 12 · send 8 9 10 11 12',
  )
  expect(jobs(line.entered('accepted'))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  expect(line.announced()).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
})

test.for([
  { it: 'five, however slow the page', answerMs: 2, pageMs: 500, ahead: 5 },
  { it: 'as many as have their answer in the time of a page', answerMs: 2, pageMs: 6, ahead: 3 },
  { it: 'one where a page is as fast as the provider', answerMs: 2, pageMs: 1, ahead: 1 },
  { it: 'one where answers take just below 100 ms', answerMs: 99, pageMs: 99, ahead: 1 },
  { it: 'none where answers take 100 ms', answerMs: 100, pageMs: 500, ahead: 0 },
  { it: 'one call of many mails', answerMs: 2, pageMs: 500, ahead: 1, batchMax: 100 },
  { it: 'one that costs a token', answerMs: 2, pageMs: 500, ahead: 1, limited: true },
])('mails marked before their time: $it', async ({ answerMs, ahead, ...pace }) => {
  const line = given({ says: accepted(12, answerMs), ...pace })

  await line.run()

  expect(line.mostAhead()).toBe(ahead)
  expect(line.sent()).toHaveLength(12)
})

test('a mail is announced only when it is marked, and alone in its call', async () => {
  const marked = Promise.withResolvers<void>()
  const line = given({ says: accepted(5), pageMs: 2, slowMarks: { 3: marked.promise }, mails: { 5: 2 } })

  const running = line.run()
  await expect.poll(line.sent).toEqual([1, 2])
  await breath()
  marked.resolve()
  await running

  expect(line.sent()).toEqual([1, 2, 3, 4, 5])
  expect(line.announced()).toEqual([4])
})

test('of a job whose guests may get no mail any more nothing is announced or sent, and the line goes on', async () => {
  const line = given({ says: accepted(5), mails: { 4: 0 } })

  await line.run()

  expect(line.sent()).toEqual([1, 2, 3, 5])
  expect(line.announced()).toEqual([3])
})

test('a process that is told to stop in the middle of a run announces nothing more and gives the marked rest back, no try burnt', async () => {
  const line = given({ says: accepted(12), stopsDuring: 4 })

  await line.run()

  expect(line.sent()).toEqual([1, 2, 3, 4])
  expect(line.announced()).toEqual([3, 4])
  expect(jobs(line.entered('accepted'))).toEqual([1, 2, 3, 4])
  expect(line.entered('queued')).toMatchObject(
    [5, 6, 7].map((seq) => ({ row: { seq }, wired: true, outcome: { dueInMs: 0, attemptBurnt: false } })),
  )
  expect(line.waiting()).toBe(5)
})

test('a replay that is given back stays on the wire: nobody knows what became of it', async () => {
  const line = given({ says: accepted(6), stopsDuring: 4, replays: [5] })

  await line.run()

  expect(jobs(line.entered('queued'))).toEqual([6])
  expect(line.entered()).toMatchObject([{ wired: false }])
})

test('after a slow answer what was marked ahead is asked for anew, for its host may have stopped it meanwhile', async () => {
  const line = given({ says: [...accepted(3), 150, ...accepted(4, 150)] })

  await line.run()

  expect(line.story()).toBe(
    'mark 1 · send 1 · mark 2 · send 2 · mark 3 4 5 6 7 · send 3 4 · mark 8 · send 8 · mark 5 · send 5 · mark 6 · send 6 · mark 7 · send 7',
  )
  expect(line.entered('queued')).toMatchObject(
    [5, 6, 7].map((seq) => ({ row: { seq }, wired: true, outcome: { attemptBurnt: false } })),
  )
})

test('after a slow answer a replay that waited goes as it is', async () => {
  const line = given({ says: [...accepted(3), 150, ...accepted(2, 150)], replays: [5] })

  await line.run()

  expect(line.sent()).toEqual([1, 2, 3, 4, 5, 6])
  expect(jobs(line.entered('queued'))).toEqual([6])
})

test('an answer that asks for patience ends the line and gives the rest of the run back', async () => {
  const slowDown = { kind: 'throttled', reason: 'Slow down.', afterMs: 60_000 } as const
  const line = given({ says: [...accepted(3), slowDown, ...accepted(5)] })

  await line.run()

  expect(line.sent()).toEqual([1, 2, 3, 4])
  expect(line.entered('queued')).toMatchObject([
    { row: { seq: 4 }, outcome: { reason: 'Slow down.' } },
    ...[5, 6, 7].map((seq) => ({ row: { seq }, outcome: { reason: 'Not sent yet.' } })),
  ])
  expect(line.waiting()).toBe(2)
})

test('a guest whom the provider refuses ends no run', async () => {
  const line = given({ says: [...accepted(3), { kind: 'rejected', reason: 'Nobody here.' }, ...accepted(3)] })

  await line.run()

  expect(jobs(line.entered('failed'))).toEqual([4])
  expect(jobs(line.entered('accepted'))).toEqual([1, 2, 3, 5, 6, 7])
})

test('a line that breaks as none should gives the rest of the run back; what was on it is in doubt', async () => {
  const line = given({ says: [...accepted(3), new Error('a mistake'), ...accepted(5)] })

  expect(await line.run()).toMatchObject({ kind: 'unknown' })

  const queued = line.entered('queued')
  expect(jobs(queued)).toEqual([4, 5, 6, 7])
  expect(jobs(queued.filter(({ outcome }) => 'inDoubt' in outcome!))).toEqual([4])
  expect(jobs(line.entered('accepted'))).toEqual([1, 2, 3])
})
