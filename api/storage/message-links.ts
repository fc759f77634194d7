import { sql } from 'kysely'
import type { FrozenContent } from '../domain/content.ts'
import type { Db } from './database.ts'

/** Keeps where the links of messages lead that fire now; the first of each has number 1, as in its frozen content. */
export async function writeLinks(db: Db, fired: readonly { messageId: string; content: FrozenContent }[]) {
  const links = fired.flatMap(({ messageId, content }) =>
    (content.tracking?.links ?? []).map((url, index) => ({ messageId, n: index + 1, url })),
  )
  if (links.length === 0) return
  await sql`
    insert into message_links (message_id, n, url)
    select * from unnest(${links.map(({ messageId }) => messageId)}::uuid[], ${links.map(({ n }) => n)}::smallint[],
      ${links.map(({ url }) => url)}::text[])`.execute(db)
}

/** Where this link of the message leads; undefined for a number that it does not have. */
export async function findLink(
  db: Db,
  { messageId, link }: { messageId: string; link: number },
): Promise<string | undefined> {
  const query = db.selectFrom('messageLinks').select('url').where('messageId', '=', messageId).where('n', '=', link)
  return (await query.executeTakeFirst())?.url
}
