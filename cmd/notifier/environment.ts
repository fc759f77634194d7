import { ambiguityPolicies } from '../../api/domain/message.ts'
import { oneWordOf, readEnvironment, wholeNumber, type Environment } from '../environment.ts'
import { listenHost, shared, withPublicUrl } from '../environment/shared.ts'
import { defaultSettings } from './notifier.ts'

/** A shorter poll would only ask the database in vain: a NOTIFY wakes the notifier at once. */
const pollMinMs = 100
/** A shorter lease would be lost to one slow garbage collection. */
const leaseMinMs = 1000
const hourMs = 3_600_000
/** A larger unit would be one crash's loss of an hour's work at a slow provider. */
const unitSizeMax = 10_000

const variables = {
  ...shared,
  // Where METRICS_PORT is opened; nothing else of the notifier listens.
  HOST: listenHost,
  NOTIFIER_POLL_INTERVAL_MS: wholeNumber({
    ...{ min: pollMinMs, max: hourMs, fallback: defaultSettings.pollIntervalMs },
    fix: 'Leave it empty for thirty seconds.',
  }),
  NOTIFIER_LEASE_MS: wholeNumber({
    ...{ min: leaseMinMs, max: hourMs, fallback: defaultSettings.leaseMs },
    fix: 'Leave it empty for twenty seconds.',
  }),
  NOTIFIER_UNIT_SIZE: wholeNumber({
    ...{ min: 1, max: unitSizeMax, fallback: defaultSettings.unitSize },
    fix: 'Leave it empty for 500.',
  }),
  NOTIFIER_ON_AMBIGUOUS: oneWordOf(ambiguityPolicies, {
    fallback: defaultSettings.onAmbiguous,
    fix: 'Leave it empty for resend.',
  }),
}

/** @throws ConfigurationError naming each variable that is not as it should be. */
export function readNotifierEnvironment(env: Environment) {
  return readEnvironment(withPublicUrl(env), variables)
}
