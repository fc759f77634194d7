import { resumeSending } from '../../../api/http/messages/stop.ts'
import type { Database } from '../../../api/storage/database.ts'
import type { Deps } from '../../../api/http/deps.ts'
import type { Answered } from '../oracle/invariant.ts'
import type { Mirror } from '../oracle/mirror.ts'
import { releaseSending } from '../../../api/storage/hold.ts'
import type { ProviderKey } from '../../../api/providers/provider.ts'
import type { Host } from '../party/party.ts'
import type { SimProcess } from '../time/process.ts'
import { acts } from './acts.ts'
import type { Desk } from './desk.ts'

const apiName = /^api for host (.+)$/

/** A statement of the API names the host on whose behalf it runs, so that the oracle can see whose rows it may touch. */
export function apiProcessName(hostId: string): string {
  return `api for host ${hostId}`
}

export function tenantOf(process: string): string | undefined {
  return apiName.exec(process)?.[1]
}

/** What the API's routes are handed, as far as deciding and storing need it. */
export function depsOf(
  database: Pick<Database, 'db'>,
  process: SimProcess,
  { startsAt, provider: key }: { startsAt: Date; provider: ProviderKey },
): Deps {
  const now = () => new Date(startsAt.getTime() + process.clock.now())
  const config = { undoWindowMs: 0, hostWeeklyLimit: 0 }
  return { database, now, config, provider: { key } } as unknown as Deps
}

/** Does one thing that hosts and guests do, through the API's own functions; undefined when it was refused or there was nothing to do. */
export async function actAsHost(desk: Desk): Promise<Answered | undefined> {
  const act = desk.random.weighed(acts, ({ weight }) => weight)
  const holds = await act.run(desk)
  return holds && { what: `"${act.name}"`, holds }
}

/** Lets everything go on that this host has stopped. */
export async function resumeAll(deps: Deps, host: Host, mirror: Mirror): Promise<void> {
  const stopped = [...mirror.messages.values()].filter((m) => m.eventId === host.eventId && m.pausedAt !== null)
  await releaseSending(deps.database.db)
  for (const { id } of stopped) {
    const key = { eventId: host.eventId, messageId: id }
    await resumeSending(deps, { key, userId: host.id, versions: undefined })
  }
}
