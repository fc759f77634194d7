import { Counter, type Registry } from 'prom-client'
import type { CountWebhook } from '../../api/http/deps.ts'

/** Counts what providers report, by what became of it: stored, known already, about nobody's mail of ours, or not to be believed. */
export function countWebhooks(registry: Registry): CountWebhook {
  const events = new Counter({
    name: 'tidings_webhook_events_total',
    help: 'Reports of providers, by what became of them',
    labelNames: ['provider', 'outcome'],
    registers: [registry],
  })
  return (provider, outcome, reports) => events.inc({ provider, outcome }, reports)
}
