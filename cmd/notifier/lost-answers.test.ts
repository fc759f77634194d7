import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { resend } from '../../api/providers/resend.ts'
import { ses } from '../../api/providers/ses.ts'
import { applyEvidence } from '../../api/storage/evidence.ts'
import { announceDue } from '../../api/storage/messages.ts'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, finished, smtpTransport, startNotifier } from '../../test/notifiers.ts'
import { startResendPeer } from '../../test/peers/resend-server.ts'
import { startSesPeer } from '../../test/peers/ses-server.ts'
import { startSmtpPeer } from '../../test/peers/smtp-server.ts'
import { expectSums } from '../../test/sums.ts'

// A provider took the mail, and its answer never arrived. What happens then depends on how long ago that was.

/** One guest, and a message of this kind to them. */
async function place(kind: 'broadcast' | 'confirmation' = 'broadcast') {
  const database = await cloneDatabase()
  const { db } = database
  const event = await given.event(db)
  const [guest] = await given.manyGuests(db, event.id, 1, () => ({ rsvpStatus: 'attending' }))
  const { id } = await given.dueMessage(db, event.id, { kind, ...(kind === 'confirmation' && { guestId: guest!.id }) })
  const row = () => db.selectFrom('messageDeliveries').selectAll().executeTakeFirstOrThrow()
  /** As if all that has happened had happened so much earlier, and as if whoever waits had waited. */
  async function later(minutes: number) {
    const ago = sql`make_interval(mins => ${minutes})`
    await sql`update message_deliveries set wired_at = wired_at - ${ago}, in_doubt_since = in_doubt_since - ${ago},
      due_at = due_at - ${ago}`.execute(db)
    await sql`update send_batches set first_wired_at = first_wired_at - ${ago}`.execute(db)
    await sql`update send_units set run_at = now()`.execute(db)
    // Whoever waits sleeps for as long as it was told before.
    await announceDue(db)
  }
  return { ...database, id, row, later }
}

/** A notifier whose first call is taken by Resend, without an answer; it has ended since. */
async function lostAtResend(kind: 'broadcast' | 'confirmation') {
  const at = await place(kind)
  const peer = await startResendPeer()
  onTestFinished(() => peer.close())
  const config = resend.configure({ RESEND_API_KEY: peer.apiKey, RESEND_BASE_URL: peer.url })!
  const start = () =>
    startNotifier(
      at,
      resend.open({ ...config, timeoutMs: 500 }, () => {}),
    )
  peer.plan({ doing: 'hang', accept: true })
  const first = await start()
  await eventually(async () => peer.count === 1)
  await first.stop()
  return { ...at, peer, start }
}

test.each(['broadcast', 'confirmation'] as const)(
  'a %s whose answer from Resend was lost 22 hours ago is asked again under its key, and is there once',
  async (kind) => {
    const { peer, start, later, row, id, ...at } = await lostAtResend(kind)
    await later(22 * 60)

    await start()
    await finished(at, id)

    const [first, ...more] = peer.requests
    expect(more).toHaveLength(1)
    expect(first!.path).toBe('/emails')
    expect([more[0]!.headers['idempotency-key'], more[0]!.body]).toEqual([
      first!.headers['idempotency-key'],
      first!.body,
    ])
    expect([peer.count, (await row()).state]).toEqual([1, 'accepted'])
    await expectSums(at.db, id)
  },
)

test.each(['broadcast', 'confirmation'] as const)(
  'a %s whose answer from Resend was lost 23 hours ago is not asked again: Resend may have forgotten the key',
  async (kind) => {
    const { peer, start, later, row, id, ...at } = await lostAtResend(kind)
    await later(23 * 60 + 1)
    peer.forgetKeys()

    await start()
    const message = await finished(at, id)

    expect(message.status).toBe('sent')
    expect([peer.requests.length, peer.count]).toEqual([1, 1])
    expect(await row()).toMatchObject({ state: 'unknown', dueAt: null })
    expect(await expectSums(at.db, id)).toEqual({ unknown: 1 })
  },
)

/** A mail that SES took without an answer, through a configuration set that tells of each mail. */
async function lostAtSes() {
  const at = await place()
  const peer = await startSesPeer({ configurationSets: ['events'] })
  onTestFinished(() => peer.close())
  peer.plan({ doing: 'reset', accept: true, body: 'SendRawEmail' })
  const key = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: peer.accessKeyId, AWS_SECRET_ACCESS_KEY: 'secret' }
  const config = ses.configure({ ...key, SES_ENDPOINT: peer.url, SES_CONFIGURATION_SET: 'events' })!
  await startNotifier(
    at,
    ses.open(config, () => {}),
  )
  const waiting = await eventually(() =>
    at.db.selectFrom('messageDeliveries').selectAll().where('state', '=', 'unknown').executeTakeFirst(),
  )
  await eventually(() => at.db.selectFrom('sendUnits').selectAll().where('leaseOwner', 'is', null).executeTakeFirst())
  return { ...at, peer, waiting }
}

test('a mail whose answer from SES was lost waits as unknown, and the Send event settles it at once', async () => {
  const { peer, waiting, row, id, ...at } = await lostAtSes()
  expect(waiting.dueAt!.getTime() - waiting.wiredAt!.getTime()).toBeCloseTo(15 * 60_000, -4)
  expect(await expectSums(at.db, id)).toEqual({ unknown: 1 })
  const [, seq, generation] = peer.mails[0]!.tags.delivery!.split('_').map(Number) as [number, number, number]
  const event = { messageId: id, seq, generation, providerMessageId: peer.mails[0]!.id, address: peer.mails[0]!.to[0] }

  expect(await applyEvidence(at.db, [event], 0)).toMatchObject({ settled: 1 })
  await finished(at, id)

  expect(await row()).toMatchObject({ state: 'accepted', providerMessageId: peer.mails[0]!.id, attempt: 1 })
  expect(peer.count).toBe(1)
  expect(await expectSums(at.db, id)).toEqual({ accepted: 1 })
})

test('a mail of which SES has told nothing for a quarter of an hour is sent again, as the policy says', async () => {
  const { peer, later, row, id, ...at } = await lostAtSes()

  await later(14)
  await new Promise((resolve) => setTimeout(resolve, 500)) // longer than a look takes
  expect([peer.count, (await row()).state]).toEqual([1, 'unknown'])
  await later(1)
  await finished(at, id)

  expect(peer.count).toBe(2)
  expect(await row()).toMatchObject({ state: 'accepted', attempt: 2 })
  expect(await expectSums(at.db, id)).toEqual({ accepted: 1 })
})

test.each([
  ['hold', ['SUCCESS', 'FAILURE', 'DELAY']],
  ['resend', ['FAILURE', 'DELAY']],
] as const)('under policy %s an SMTP server is asked to report %j', async (onAmbiguous, notify) => {
  const { id, ...at } = await place()
  const smtp = await startSmtpPeer({ dsn: true })
  onTestFinished(() => smtp.close())

  await startNotifier(at, smtpTransport(smtp.url), { onAmbiguous })
  await finished(at, id)

  expect(smtp.mails[0]!.report).toMatchObject({ notify })
})
