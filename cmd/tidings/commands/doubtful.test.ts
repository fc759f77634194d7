import { expect, test } from 'vitest'
import { findOperatorMessage } from '../../../api/storage/operator-messages.ts'
import { registerNotifier } from '../../../api/storage/notifiers.ts'
import { readSendingState } from '../../../api/storage/operator-status.ts'
import { cloneDatabase, type TestDatabase } from '../../../test/database.ts'
import * as given from '../../../test/given.ts'
import { finishedMessage } from '../../../test/outcomes.ts'
import { sendingMessage } from '../../../test/sending.ts'
import type { Call, Command } from '../command.ts'
import { perform } from '../perform.ts'
import { cancel } from './cancel.ts'
import { repin } from './repin.ts'
import { resolve } from './resolve.ts'
import { retry } from './retry.ts'

// What failed, what is unknown, and what may move to another provider: decided by calling the commands.

type State = 'failed' | 'unknown' | 'wired'

/** A message of five guests on provider smtp, of whom the first `states.length` are as told. */
async function messageWith({ db }: TestDatabase, ...states: State[]) {
  const event = await given.event(db)
  const { message, guests } = await sendingMessage(db, event.id, 5)
  await db.updateTable('scheduledMessages').set({ provider: 'smtp' }).where('id', '=', message.id).execute()
  for (const [at, state] of states.entries()) {
    const facts = { failed: { failedAt: new Date() }, unknown: { unknownAt: new Date() }, wired: {} }[state]
    const row = { state, reason: 'The line was lost.', attempt: 1, ...facts }
    await db
      .updateTable('messageDeliveries')
      .set(row)
      .where('seq', '=', at + 1)
      .execute()
  }
  const counted = (state: State) => states.filter((each) => each === state).length
  const [failed, unknown] = [counted('failed'), counted('unknown')]
  await db
    .updateTable('messageCounters')
    .set({ failed, unknown, queued: 5 - failed - unknown })
    .execute()
  return { id: message.id, guests }
}

const ask = ({ db }: TestDatabase, command: Command, id: string, options: Call['options'] = {}, dryRun = false) => {
  const nobody = () => {}
  const around = { env: {}, now: new Date(), input: () => Promise.reject(new Error('nobody writes')) }
  const call = { db, words: [id], options, by: 'root@box', dryRun, progress: nobody, sleep: async () => {} }
  return perform(command, { ...call, ...around })
}

const counts = async ({ db }: TestDatabase, id: string) => {
  const { queued, accepted, failed, unknown } = (await findOperatorMessage(db, id))!
  return { queued, accepted, failed, unknown }
}

test('retry queues those who failed and nobody else', async () => {
  const database = await cloneDatabase()
  const { id } = await messageWith(database, 'failed', 'failed', 'unknown')

  const answer = await ask(database, retry, id, { failed: true })

  expect(answer).toMatchObject({ kind: 'done', data: { messageId: id, queued: 2 } })
  expect(await counts(database, id)).toEqual({ queued: 4, accepted: 0, failed: 0, unknown: 1 })
  expect(await ask(database, retry, id)).toMatchObject({
    kind: 'refused',
    problem: expect.stringMatching(/^No mail of it has failed\./),
  })
})

test('retry leaves addresses that bounced as they are, and says so', async () => {
  const database = await cloneDatabase()
  const { message, guests } = await finishedMessage(database.db, ['failed', 'failed'])
  const bounced = { address: guests[0]!.email!, reason: 'hard_bounce' as const }
  await database.db.insertInto('suppressions').values(bounced).execute()

  const first = await ask(database, retry, message.id)
  const second = await ask(database, retry, message.id)

  const words = '1 address bounced: correct it first.'
  expect(first).toMatchObject({ data: { queued: 1, bounced: 1 }, lines: [expect.stringMatching(/^1 mail of/), words] })
  expect(second).toMatchObject({ kind: 'refused', problem: expect.stringContaining(words) })
  expect(await counts(database, message.id)).toEqual({ queued: 1, accepted: 0, failed: 1, unknown: 0 })
})

test('what is tried again of a message that is over counts as sending, and can be given up', async () => {
  const database = await cloneDatabase()
  const { message } = await finishedMessage(database.db, ['accepted', 'failed', 'failed'])
  await ask(database, retry, message.id, { failed: true })

  expect(await readSendingState(database.db)).toMatchObject({ sending: 1, queued: 2 })
  const answer = await ask(database, cancel, message.id)

  expect(answer).toMatchObject({ kind: 'done', data: { messageId: message.id, stopped: 2 } })
  expect(await readSendingState(database.db)).toMatchObject({ sending: 0, queued: 0 })
})

test('resolve sends again or leaves, one guest or all', async () => {
  const database = await cloneDatabase()
  const { id, guests } = await messageWith(database, 'unknown', 'unknown', 'unknown')

  const one = await ask(database, resolve, id, { as: 'resend', guest: guests[0]!.id })
  const rest = await ask(database, resolve, id, { as: 'leave', all: true })
  const none = await ask(database, resolve, id, { as: 'leave', all: true })

  expect(one).toMatchObject({ kind: 'done', data: { as: 'resend', deliveries: 1 } })
  expect(rest).toMatchObject({ kind: 'done', data: { as: 'leave', deliveries: 2 } })
  expect(none).toMatchObject({ kind: 'refused', problem: expect.stringMatching(/^Nothing of it is undecided\./) })
  expect(await counts(database, id)).toEqual({ queued: 3, accepted: 0, failed: 0, unknown: 2 })
  // Decided is decided: they stay unknown, and are no trouble any more.
  expect((await findOperatorMessage(database.db, id))!.stuck).not.toBe('unknown')
  expect(await readSendingState(database.db)).toMatchObject({ unknown: 2, undecided: 0 })
})

test.each([
  [{ as: 'resend' }, /^Say either --guest or --all\.$/],
  [{ as: 'resend', guest: 'x', all: true }, /^Say either/],
  [{ as: 'forget', all: true }, /^--as must be resend or leave\.$/],
  [{ as: 'leave', guest: 'Ada' }, /^"Ada" is not an id of a guest\.$/],
])('resolve %j is not understood', async (options, words) => {
  const database = await cloneDatabase()
  const { id } = await messageWith(database, 'unknown')

  expect(await ask(database, resolve, id, options)).toMatchObject({
    kind: 'misunderstood',
    problem: expect.stringMatching(words),
  })
})

test('what is queued moves to another provider, and the log knows who moved it', async () => {
  const database = await cloneDatabase()
  const { id } = await messageWith(database, 'failed')
  const live = { host: 'box', pid: 1, version: '1', provider: 'resend', providerAccount: 'a' }
  await registerNotifier(database.db, live)

  const answer = await ask(database, repin, id, { to: 'resend' })

  expect(answer).toMatchObject({ kind: 'done', data: { from: 'smtp', to: 'resend', queued: 4, liveNotifier: true } })
  expect((await findOperatorMessage(database.db, id))!.provider).toBe('resend')
  const log = await database.db.selectFrom('auditLog').selectAll().executeTakeFirstOrThrow()
  expect(log).toMatchObject({ action: 'operator.repin', subject: id, detail: { by: 'root@box', from: 'smtp' } })
})

test.each([
  ['on the wire', 'wired', /^The old provider may have 1 of its mails \(1 on the wire, 0 unknown\)\. Settle/],
  ['unknown', 'unknown', /^The old provider may have 1 of its mails \(0 on the wire, 1 unknown\)\. Settle/],
] as const)('nothing moves while a mail is %s at the old provider', async (_what, state, words) => {
  const database = await cloneDatabase()
  const { id } = await messageWith(database, state)

  expect(await ask(database, repin, id, { to: 'ses' })).toMatchObject({
    kind: 'refused',
    problem: expect.stringMatching(words),
  })
  expect((await findOperatorMessage(database.db, id))!.provider).toBe('smtp')
})

test('nothing moves out of the hands of a notifier, and what was left as unknown is in nobody’s way', async () => {
  const database = await cloneDatabase()
  const { id } = await messageWith(database, 'unknown')
  await ask(database, resolve, id, { as: 'leave', all: true })
  const inHand = { leaseUntil: new Date(Date.now() + 60_000) }
  await database.db.updateTable('sendUnits').set(inHand).execute()

  const claimed = await ask(database, repin, id, { to: 'ses' })
  await database.db
    .updateTable('sendUnits')
    .set({ leaseUntil: new Date(0) })
    .execute()

  expect(claimed).toMatchObject({
    kind: 'refused',
    problem: expect.stringMatching(/^A notifier has 1 of its units in hand\./),
  })
  expect(await ask(database, repin, id, { to: 'ses' })).toMatchObject({ kind: 'done' })
})
