import { readEmailAddress } from '../../api/domain/email-address.ts'
import { flag, listOf, readEnvironment, wholeNumber, type Environment } from '../environment.ts'
import { listenHost, listenPort, shared, urlOf, withPublicUrl } from '../environment/shared.ts'

const dayMs = 86_400_000

const variables = {
  ...shared,
  PORT: listenPort,
  HOST: listenHost,
  CORS_ORIGINS: listOf({
    each: (word) => (urlOf(word)?.origin === word ? word : undefined),
    shape: 'origins with commas between them, such as https://app.example.org',
    fix: 'Write scheme, host and port only, without a slash at the end.',
  }),
  OPERATOR_EMAILS: listOf({
    each: (word) => {
      const reading = readEmailAddress(word)
      return reading.ok ? reading.address : undefined
    },
    shape: 'e-mail addresses with commas between them',
    fix: 'Name the accounts that may see the operator’s page. Create them before you name them.',
  }),
  UNDO_WINDOW_MS: wholeNumber({ min: 0, max: dayMs, fallback: 10_000, fix: 'Leave it empty for ten seconds.' }),
  HOST_WEEKLY_LIMIT: wholeNumber({ min: 0, max: 1_000_000_000, fallback: 0, fix: '0 means no limit.' }),
  REQUIRE_VERIFIED_EMAIL: flag({ fallback: false, fix: 'Leave it empty for false.' }),
  API_RATE_PER_MINUTE: wholeNumber({ min: 1, max: 10_000_000, fallback: 3000, fix: 'Leave it empty for 3000.' }),
}

/** @throws ConfigurationError naming each variable that is not as it should be. */
export function readApiEnvironment(env: Environment) {
  return readEnvironment(withPublicUrl(env), variables)
}
