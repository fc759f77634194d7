import { ConfigurationError, type Environment } from './provider.ts'

export type MailgunConfig = { apiKey: string; domain: string; baseUrl: string }

const advice = 'Set MAILGUN_API_KEY and MAILGUN_DOMAIN, or neither.'

/**
 * Reads MAILGUN_API_KEY, MAILGUN_DOMAIN and MAILGUN_BASE_URL.
 * @throws ConfigurationError when only some of them are there, or one cannot be what it should be.
 */
export function readMailgunConfig(env: Environment): MailgunConfig | undefined {
  const { MAILGUN_API_KEY: apiKey, MAILGUN_DOMAIN: domain, MAILGUN_BASE_URL: baseUrl } = env
  if (!apiKey && !domain && !baseUrl) return undefined
  if (!apiKey) throw new ConfigurationError(`MAILGUN_API_KEY is missing (the key that may read events). ${advice}`)
  if (!domain) throw new ConfigurationError(`MAILGUN_DOMAIN is missing (such as mg.example.org). ${advice}`)
  if (!/^[!-~]+$/.test(apiKey)) {
    throw new ConfigurationError('MAILGUN_API_KEY must be a key without spaces; copy it again from mailgun.com.')
  }
  if (!/^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(domain)) {
    throw new ConfigurationError('MAILGUN_DOMAIN must be the sending domain, such as mg.example.org.')
  }
  const url = URL.parse(baseUrl || 'https://api.mailgun.net')
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search) {
    throw new ConfigurationError(
      'MAILGUN_BASE_URL must be a URL such as https://api.eu.mailgun.net; leave it out for https://api.mailgun.net.',
    )
  }
  return { apiKey, domain: domain.toLowerCase(), baseUrl: url.href.replace(/\/+$/, '') }
}
