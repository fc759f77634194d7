import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Hub } from '../../api/realtime/hub.ts'
import type { Meter } from '../../api/realtime/meter.ts'

/** A read takes a millisecond or two, and writing to a thousand viewers some ten. */
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]

/** What the live view counts of itself, for Prometheus. */
export function createRealtimeMeter(registry: Registry): Meter {
  const registers = [registry]
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers })
  const frames = counter('tidings_live_frames_total', 'Changes told to connections that watch')
  const closed = counter('tidings_live_closed_total', 'Connections that were ended from our side', ['why'])
  for (const why of ['slow', 'dead', 'idle', 'forbidden', 'gone']) closed.inc({ why }, 0)
  const catchUps = counter('tidings_live_catch_up_reads_total', 'Reads of all that is watched, for lost hints')
  const unannounced = counter('tidings_live_unannounced_total', 'Changes that other processes could not be told of')
  const duration = new Histogram({
    name: 'tidings_live_broadcast_seconds',
    help: 'From reading what moved until it was written to everybody who watches it',
    buckets: seconds,
    registers,
  })
  return {
    broadcast(told, ms) {
      frames.inc(told)
      duration.observe(ms / 1000)
    },
    closed: (why) => closed.inc({ why }),
    caughtUp: () => catchUps.inc(),
    announcementFailed: () => unannounced.inc(),
  }
}

/** How many connections watch, counted when somebody asks. */
export function showConnections(registry: Registry, hub: Hub): void {
  const gauge: Gauge = new Gauge({
    name: 'tidings_live_connections',
    help: 'Open connections that watch a message or an event',
    registers: [registry],
    collect: () => gauge.set(hub.totalConnections()),
  })
}
