import type { EventApi, EventApiKind } from './event-api.ts'
import { mailgunEvents } from './mailgun-events.ts'
import type { Environment } from './provider.ts'

const kinds: readonly EventApiKind[] = [mailgunEvents]

/**
 * The event API that the operator has configured, if any.
 * @throws ConfigurationError when one is half configured.
 */
export function pickEventApi(env: Environment): EventApi | undefined {
  for (const kind of kinds) {
    const api = kind.open(env)
    if (api) return api
  }
  return undefined
}
