import { sql } from 'kysely'

/** What a host reads of a row that may have been sent and is not tried again. */
export const mayHaveGone = 'It may have been sent: the answer was lost, and it was not tried again.'

/**
 * SQL: an earlier try of row `d` may have arrived, of this generation or of one that its host had sent again. Whatever ends such a row
 * without an acceptance leaves it unknown.
 */
export const isInDoubt = sql`(d.in_doubt_since is not null or d.doubted_at is not null)`
