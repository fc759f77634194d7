import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { isOnItsWay, messageStatuses } from '../domain/message.ts'
import { onItsWay } from './on-its-way.ts'

test('SQL and the rule agree, for every status, on whether a message is on its way', async () => {
  const { db } = await cloneDatabase()
  const all = messageStatuses.flatMap((status) => [true, false].map((reopened) => ({ status, reopened })))

  const { rows } = await sql<{ onItsWay: boolean }>`
    select ${onItsWay} as on_its_way
    from unnest(${all.map(({ status }) => status)}::message_status[], ${all.map(({ reopened }) => reopened)}::boolean[])
      with ordinality as m(status, reopened, place)
    order by place`.execute(db)

  expect(rows.map((row) => row.onItsWay)).toEqual(all.map(isOnItsWay))
})
