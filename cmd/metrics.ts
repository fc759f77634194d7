import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Db } from '../api/storage/database.ts'
import { serveMetrics, type MetricsServer } from './metrics-server.ts'
import { createSendingGauges } from './sending-gauges.ts'

/** A process's figures: its own memory and event loop, how sending stands, and what it adds itself. */
export function createRegistry(process: 'api' | 'notifier'): Registry {
  const registry = new Registry()
  registry.setDefaultLabels({ process })
  collectDefaultMetrics({ register: registry })
  return registry
}

/** Opens METRICS_PORT; without one there is nothing to open, and nobody is asked anything. */
export async function openMetrics(
  registry: Registry,
  db: Db,
  { METRICS_PORT: port, HOST: host }: { METRICS_PORT: number; HOST: string },
): Promise<MetricsServer | undefined> {
  if (port === 0) return undefined
  return serveMetrics(registry, createSendingGauges(db, registry), { port, host })
}
