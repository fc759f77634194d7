import { countOnTheWire, findHold, holdSending, transactionsUnderWay } from '../../../api/storage/hold.ts'
import { readSendingState } from '../../../api/storage/operator-status.ts'
import { misunderstood, textOf, type Call, type Command, type Done } from '../command.ts'
import { instant, mails, messages } from '../words.ts'

/** A relay that answers at all mostly does so within this; SMTP allows ten minutes, for which nobody wants to wait. */
const waitDefaultS = 30
const waitMaxS = 3600
const lookEveryMs = 100

/** As the table has it. */
const reasonMax = 500

export const hold: Command = {
  name: 'hold',
  about: 'Stop all sending, in all replicas at once, until it is released.',
  usage: '[--reason "..."] [--wait <seconds>]',
  words: [],
  options: {
    reason: { value: 'text', about: 'hosts read it in their Communications tab' },
    wait: { value: 'seconds', about: 'for answers to what is on the wire; 30 unless told' },
  },
  examples: ['hold', 'hold --reason "We are moving to a new server; mails go out again tonight."'],
  writes: true,

  async run(call) {
    const reason = textOf(call, 'reason') ?? null
    if (reason && reason.length > reasonMax) return misunderstood(`--reason has at most ${reasonMax} characters.`)
    if (waitOf(call) === undefined) return misunderstood(`--wait must be whole seconds, at most ${waitMaxS}.`)

    const before = await findHold(call.db)
    const held = await holdSending(call.db, { reason, heldBy: call.by })
    const { sending, queued, due } = await readSendingState(call.db)
    const isNew = reason !== null && reason !== before?.reason
    const since = before
      ? `Sending was on hold already, since ${instant(before.since)} by ${before.heldBy}.${isNew ? ' Hosts read the new reason.' : ''}`
      : 'Sending is on hold.'
    return {
      kind: 'done',
      data: { held: true, alreadyHeld: before !== undefined, ...held, waiting: { sending, queued, due } },
      lines: [
        since,
        `Waiting: ${messages(sending)} with ${mails(queued)}; due: ${messages(due)}. To end it: tidings release`,
      ],
      audit: before && !isNew ? undefined : { action: 'operator.hold', detail: { reason } },
    }
  },

  /** The hold is written; now wait until everybody has seen it, and the answers to what left before it are in. */
  async afterwards(call, done) {
    const { db, progress, sleep } = call
    const under = new Set(await transactionsUnderWay(db))
    const tries = Math.ceil((waitOf(call)! * 1000) / lookEveryMs)
    let told = false
    for (let look = 0; ; look++) {
      const seenByAll = !(await transactionsUnderWay(db)).some((id) => under.has(id))
      // In this order: a mark that had not seen the hold is on the wire by the time it is over.
      const onTheWire = await countOnTheWire(db)
      if ((seenByAll && onTheWire === 0) || look >= tries) return answered(done, seenByAll, onTheWire)
      if (!told) progress(`Waiting for the answers to ${mails(onTheWire)} on the wire ...`)
      told = true
      await sleep(lookEveryMs)
    }
  },
}

function answered(done: Done, seenByAll: boolean, onTheWire: number): Done {
  const line =
    onTheWire === 0
      ? 'Nothing is on the wire.'
      : `${mails(onTheWire)} left before the hold, and their answers are not in yet.`
  const late = seenByAll ? [] : ['A transaction from before the hold is still open; look again with: tidings status']
  return { ...done, data: { ...done.data, onTheWire, seenByAll }, lines: [...done.lines, line, ...late] }
}

function waitOf(call: Call): number | undefined {
  const text = textOf(call, 'wait') ?? String(waitDefaultS)
  return /^\d{1,4}$/.test(text) && Number(text) <= waitMaxS ? Number(text) : undefined
}
