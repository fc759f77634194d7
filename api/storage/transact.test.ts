import { sql } from 'kysely'
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

test.each(['40P01', '40001', '55P03'])(
  'what PostgreSQL undoes with %s is begun again, three times at most',
  async (code) => {
    const { db } = await cloneDatabase()
    let tries = 0
    const undone = (times: number) =>
      transact(db, async (tx) => {
        tries++
        if (tries <= times) await sql.raw(`do $$ begin raise exception using errcode = '${code}'; end $$`).execute(tx)
        return tries
      })

    expect(await undone(2)).toBe(3)
    tries = 0
    await expect(undone(9)).rejects.toMatchObject({ code })
    expect(tries).toBe(3)
  },
)

test('what fails for another reason is not tried again', async () => {
  const { db } = await cloneDatabase()
  let tries = 0

  const failing = transact(db, async (tx) => {
    tries++
    await sql`select 1 / 0`.execute(tx)
  })

  await expect(failing).rejects.toMatchObject({ code: '22012' })
  expect(tries).toBe(1)
})
