import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { resend } from '../../api/providers/resend.ts'
import { cloneDatabase } from '../database.ts'
import * as given from '../given.ts'
import { eventually, startNotifier } from '../notifiers.ts'
import { startResendPeer } from '../peers/resend-server.ts'
import { scaled } from './scale.ts'

const seconds = scaled(10, 30)
const callsPerSecond = 2

/** Two batches of a hundred a second, and some to spare: nobody runs out of work. */
const guests = seconds * 260

/** What three replicas may be over the account's rate, seen over the whole time: a tenth. */
const perSecondMax = 2.2

test(`three notifiers together send as fast as their account allows, and no faster, for ${seconds} seconds`, async () => {
  const database = await cloneDatabase({ connectionsMax: 30 })
  const peer = await startResendPeer({ callsPerSecond })
  onTestFinished(() => peer.close())
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, guests)
  await given.dueMessage(database.db, event.id)
  const config = resend.configure({ RESEND_API_KEY: peer.apiKey, RESEND_BASE_URL: peer.url })!

  for (const _ of 'abc')
    await startNotifier(
      database,
      resend.open(config, () => {}),
    )
  await eventually(async () => peer.count > 0)
  const [callsBefore, startedAt] = [peer.requests.length, performance.now()]
  await sleep(seconds * 1000)
  const measuredFor = (performance.now() - startedAt) / 1000
  const calls = peer.requests.length - callsBefore

  console.log(
    `shared rate: ${calls} calls in ${measuredFor.toFixed(1)} s = ${(calls / measuredFor).toFixed(2)}/s, ` +
      `${peer.refusedForPace()} refused, ${peer.count} mails`,
  )
  expect(calls / measuredFor).toBeLessThanOrEqual(perSecondMax)
  // Slower is no breach, but three replicas that stand in each other's way would be.
  expect(calls / measuredFor).toBeGreaterThan(callsPerSecond / 2)
  expect(peer.doubled).toEqual([])
  const burnt = await database.db.selectFrom('messageDeliveries').select('seq').where('attempt', '>', 1).execute()
  expect(burnt).toEqual([])
})
