import type { TrackedLink } from '../../content/tracking-tokens.ts'
import { withinTime } from '../../providers/within-time.ts'
import { findLink } from '../../storage/message-links.ts'
import type { Deps } from '../deps.ts'

/** The links of the mailings of a busy day. The oldest leaves when one more comes. */
const keptMax = 5000

/** A guest has clicked and waits. Then it is better to lead home than nowhere. */
const answerWithinMs = 3000

/**
 * Where links lead. All guests of a mail ask for the same few at once, and they never change, so each is asked for once by this process;
 * a link that is known works while the database is away.
 */
export function createLinkBook({ database: { db } }: Pick<Deps, 'database'>) {
  const known = new Map<string, string>()

  return async function addressOf(link: TrackedLink): Promise<string | undefined> {
    const key = `${link.messageId} ${link.link}`
    const url = known.get(key) ?? (await withinTime(answerWithinMs, () => findLink(db, link)))
    if (url === undefined) return undefined
    known.set(key, url)
    if (known.size > keptMax) known.delete(known.keys().next().value!)
    return url
  }
}
