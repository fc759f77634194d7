import { changeOf, type DeliveryRow } from './mirror.ts'
import { violated, type Invariant } from './invariant.ts'

/** The database itself must refuse a second row, so it is asked for its constraint as well. */
const constraint = `
  select 1 from pg_index i
  where i.indrelid = 'message_deliveries'::regclass and i.indisunique and i.indpred is null
    and (select array_agg(a.attname::text order by a.attname) from pg_attribute a
      where a.attrelid = i.indrelid and a.attnum = any(i.indkey::int2[])) = array['guest_id', 'message_id']`

export const oneRow: Invariant = {
  id: 'I1',
  says: 'For every message and guest there is exactly one delivery row.',
  watch({ mirror, session }) {
    const seen = new Map<string, number>()
    return {
      afterCommit(changes) {
        for (const change of changes) {
          const row = changeOf<DeliveryRow>(change, 'message_deliveries')
          if (!row?.is || row.was || row.is.guestId === null) continue
          const pair = `${row.is.messageId}/${row.is.guestId}`
          const other = seen.get(pair)
          if (other !== undefined)
            violated('I1', `rows ${other} and ${row.is.seq} are both for guest ${row.is.guestId}`)
          seen.set(pair, row.is.seq)
        }
      },
      async atEnd() {
        const { rows } = await session.ask(constraint)
        if (rows.length === 0) violated('I1', 'the database would take a second row for a guest')
        const { rows: counted } = await session.ask('select count(*) as n from message_deliveries')
        if (counted[0].n !== mirror.deliveries.size) violated('I1', 'the witness missed rows')
      },
    }
  },
}
