import { sql } from 'kysely'

/** SQL of `isOnItsWay` for message `m`: it is being sent, or it is over and goes on for those who are tried again. */
export const onItsWay = sql`(m.status = 'sending' or m.reopened)`
