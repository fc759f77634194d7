import packageJson from '../../../package.json' with { type: 'json' }
import { OperatorHealth } from '../../contract/operator/health.ts'
import { NotifierList } from '../../contract/operator/notifiers.ts'
import { blockInWords } from '../../domain/account-block.ts'
import { frequencyCapInWords } from '../../domain/frequency-cap.ts'
import { closedAccounts, type ClosedAccount } from '../../storage/account-blocks.ts'
import { findHold } from '../../storage/hold.ts'
import { inboxLag } from '../../storage/inbox.ts'
import { countStuckMessages, stuckReasons } from '../../storage/operator-messages.ts'
import { listNotifiers, readSendingState, strandedMessages } from '../../storage/operator-status.ts'
import { listPipelines } from '../../storage/pipeline-cursors.ts'
import { answers } from '../answers.ts'
import type { Deps, Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { notifierJson } from '../operator/notifier-json.ts'
import { pipelineJson } from '../operator/pipeline-json.ts'

/** Whether mails leave, and if not, why: one page for whoever is called at night. */
export const operatorHealthRoutes: Routes = (app, deps) => {
  app.get(
    '/api/v1/operator/health',
    {
      config: { access: 'operator' },
      schema: {
        ...operation('getOperatorHealth', 'Read whether mails leave, and if not, why'),
        tags: ['operator'],
        response: answers(200, OperatorHealth),
      },
    },
    () => healthOf(deps),
  )

  app.get(
    '/api/v1/operator/notifiers',
    {
      config: { access: 'operator' },
      schema: {
        ...operation('listNotifiers', 'List the notifiers and their settings'),
        tags: ['operator'],
        response: answers(200, NotifierList),
      },
    },
    async () => ({ items: (await listNotifiers(deps.database.db)).map((each) => notifierJson(deps, each)) }),
  )
}

async function healthOf(deps: Deps): Promise<OperatorHealth> {
  const { db } = deps.database
  const { key, label, reason, account } = deps.provider
  const { frequencyCap } = deps.config
  // One after the other: a page that is looked at every few seconds takes one connection and not ten.
  const state = await readSendingState(db)
  const notifiers = (await listNotifiers(db)).map((each) => notifierJson(deps, each))
  const alive = notifiers.filter((notifier) => notifier.alive)
  const hold = await findHold(db)
  const closed = await closedAccounts(db)
  const inbox = await inboxLag(db)
  const stuck = await countStuckMessages(db)
  return {
    at: deps.now().toISOString(),
    version: packageJson.version,
    provider: { key, label, reason, account },
    notifiers: {
      alive: alive.length,
      differingSettings: [...new Set(alive.flatMap(({ differingSettings }) => differingSettings))],
      items: notifiers,
    },
    due: { count: state.due, oldestSeconds: state.dueForMs / 1000, lagSeconds: state.dueLagMs / 1000 },
    sending: {
      messages: state.sending,
      ...{ paused: state.paused, queued: state.queued, openUnits: state.openUnits, claimedUnits: state.claimedUnits },
      waitingUnits: state.openUnits - state.claimedUnits,
    },
    unknown: { total: state.unknown, undecided: state.undecided },
    hold: hold ? { heldAt: hold.since.toISOString(), reason: hold.reason, heldBy: hold.heldBy } : null,
    stranded: await strandedMessages(db),
    closedAccounts: closed.map(closedJson),
    inbox: { waiting: inbox.waiting, oldestSeconds: inbox.oldestS },
    stuck: stuck.map(({ stuck: why, messages }) => ({ reason: why, words: stuckReasons[why], messages })),
    pipelines: (await listPipelines(db)).map(pipelineJson),
    frequencyCap: frequencyCap ? frequencyCapInWords(frequencyCap) : null,
  }
}

function closedJson({ account, provider, kind, until }: ClosedAccount) {
  return { account, provider, reason: blockInWords(kind), until: until.toISOString() }
}
