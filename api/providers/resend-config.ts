import { ConfigurationError, type Environment } from './provider.ts'

export type ResendConfig = { apiKey: string; baseUrl: string; timeoutMs: number; linesMax: number }

/** Resend takes 2 to 5 calls a second and answers within one; more calls at once only wait in its queue. */
const linesMax = 4
/** Well above its slowest answers, and short enough for a process that has 25 s to stop. */
const timeoutMs = 15_000

/**
 * Reads RESEND_API_KEY and RESEND_BASE_URL.
 * @throws ConfigurationError when one of them cannot be what it should be.
 */
export function readResendConfig(env: Environment): ResendConfig | undefined {
  const { RESEND_API_KEY: apiKey, RESEND_BASE_URL: baseUrl = '' } = env
  if (!apiKey) return undefined
  if (!/^[!-~]+$/.test(apiKey)) {
    throw new ConfigurationError(
      'RESEND_API_KEY must be a key such as re_..., without spaces; copy it again from resend.com.',
    )
  }
  if (baseUrl !== '' && !/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? '')) {
    throw new ConfigurationError(
      'RESEND_BASE_URL must be a URL such as https://api.resend.com; leave it out for that one.',
    )
  }
  return { apiKey, baseUrl: (baseUrl || 'https://api.resend.com').replace(/\/+$/, ''), timeoutMs, linesMax }
}
