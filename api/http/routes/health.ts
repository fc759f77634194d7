import { readdir } from 'node:fs/promises'
import { Type } from 'typebox'
import { Ready } from '../../contract/health.ts'
import { blockInWords } from '../../domain/account-block.ts'
import { differingSettings, fingerprintOf, settingGroups } from '../../domain/fingerprint.ts'
import { closedAccounts } from '../../storage/account-blocks.ts'
import { findHold } from '../../storage/hold.ts'
import { aliveNotifiers, type AliveNotifier } from '../../storage/notifiers.ts'
import { strandedMessages } from '../../storage/operator-status.ts'
import { appliedMigrations } from '../../storage/readiness.ts'
import type { Deps, Routes } from '../deps.ts'
import { operation } from '../operation.ts'

/** Whoever asks wants to know now; a database that takes longer is away for them. */
const patienceMs = 2_000

const migrationsDirectory = new URL('../../../db/migrations/', import.meta.url)

export const healthRoutes: Routes = (app, deps) => {
  app.get(
    '/healthz',
    {
      config: { access: 'public' },
      schema: {
        tags: ['health'],
        ...operation('checkAlive', 'Ask whether the process runs'),
        response: { 200: Type.Object({ alive: Type.Boolean() }) },
      },
    },
    async () => ({ alive: true }),
  )

  app.get(
    '/readyz',
    {
      config: { access: 'public' },
      schema: {
        tags: ['health'],
        ...operation(
          'checkReady',
          'Ask whether mails can be written and leave',
          '503 while the database is away or not migrated.',
        ),
        response: { 200: Ready, 503: Ready },
      },
    },
    async (_request, reply) => {
      const state = await readiness(deps)
      return reply
        .code(state.ready ? 200 : 503)
        .header('cache-control', 'no-store')
        .send(state)
    },
  )
}

async function readiness(deps: Deps): Promise<Ready> {
  const { database, provider } = deps
  const { key, label, account, reason } = provider
  const { db } = database
  const applied = await inTime(appliedMigrations(db))
  // Asked apart: a database that is not migrated yet lacks tables and columns, and is not away for that.
  const [notifiers = [], hold, stranded, closed] =
    (await inTime(Promise.all([aliveNotifiers(db), findHold(db), strandedMessages(db), closedAccounts(db)]))) ?? []
  const migrations = applied ? await migrationState(applied) : 'unknown'
  return {
    ready: migrations === 'ok',
    database: applied ? 'ok' : 'away',
    migrations,
    provider: { key, label, reason },
    closedProviders: (closed ?? []).map(({ provider: other, kind, until }) => ({
      provider: other,
      reason: blockInWords(kind),
      until: until.toISOString(),
    })),
    notifiers: {
      alive: notifiers.length,
      differing: notifiers.filter((other) => other.provider !== key || other.providerAccount !== account).length,
      differingSettings: settingsThatDiffer(deps, notifiers),
    },
    hold: hold ? { heldAt: hold.since.toISOString() } : null,
    stranded: stranded ?? [],
  }
}

function settingsThatDiffer({ config, provider }: Deps, notifiers: readonly AliveNotifier[]): string[] {
  const own = fingerprintOf({ ...config, account: provider.account })
  const groups = notifiers.flatMap(({ fingerprint }) => differingSettings(own, fingerprint))
  return [...new Set(groups)].map((group) => settingGroups[group])
}

async function migrationState(applied: string[]): Promise<Ready['migrations']> {
  const files = await readdir(migrationsDirectory)
  const known = files.filter((name) => name.endsWith('.up.sql')).map((name) => name.slice(0, -'.up.sql'.length))
  return known.every((name) => applied.includes(name)) ? 'ok' : 'pending'
}

/** A failure is an answer here: the database is away. */
async function inTime<T>(work: Promise<T>): Promise<T | undefined> {
  const late = new Promise<undefined>((resolve) => void setTimeout(() => resolve(undefined), patienceMs).unref())
  return Promise.race([work.catch(() => undefined), late])
}
