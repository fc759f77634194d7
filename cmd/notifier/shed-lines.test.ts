import { expect, onTestFinished, test } from 'vitest'
import { closedAccounts } from '../../api/storage/account-blocks.ts'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, smtpTransport, startNotifier } from '../../test/notifiers.ts'
import { startRawSmtpPeer } from '../../test/peers/raw-smtp-server.ts'

test('a server that sheds every other mail gets them more slowly, and is never left alone', async () => {
  const peer = await startRawSmtpPeer()
  onTestFinished(() => peer.close())
  for (let round = 0; round < 40; round++) {
    peer.plan({ at: 'sender', doing: 'say', bytes: '421 4.7.0 Too busy for this one\r\n' })
    peer.plan({ at: 'sender', doing: 'say', bytes: '250 2.1.0 Ok\r\n' })
  }
  const database = await cloneDatabase()
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 40)
  await given.dueMessage(database.db, event.id)

  await startNotifier(database, smtpTransport(peer.url, 4))
  await eventually(async () => peer.count >= 12, 30_000)

  expect(await closedAccounts(database.db)).toEqual([])
  expect(peer.doubled).toEqual([])
}, 40_000)
