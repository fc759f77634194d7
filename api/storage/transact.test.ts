import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { transact } from './transact.ts'

test('of two transactions that wait for each other, both come through', async () => {
  const { db } = await cloneDatabase()
  const event = await given.event(db)
  const [one, two] = await given.guests(db, event.id, [{ name: 'One' }, { name: 'Two' }])
  let tries = 0
  let arrived = 0
  const bothHaveLocked = () =>
    new Promise<void>((go) => {
      arrived++
      const wait = () => (arrived >= 2 ? go() : setTimeout(wait, 5))
      wait()
    })
  const rename = (first: string, second: string, name: string) =>
    transact(db, async (tx) => {
      tries++
      await tx.updateTable('guests').set({ name }).where('id', '=', first).execute()
      await bothHaveLocked()
      await tx.updateTable('guests').set({ name }).where('id', '=', second).execute()
    })

  await Promise.all([rename(one!.id, two!.id, 'A'), rename(two!.id, one!.id, 'B')])

  expect(tries).toBe(3)
  const names = await db.selectFrom('guests').select('name').execute()
  expect(new Set(names.map(({ name }) => name)).size).toBe(1)
})
