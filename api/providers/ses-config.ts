import { ConfigurationError, type Environment } from './provider.ts'

export type SesConfig = {
  region: string
  accessKeyId: string
  secretAccessKey: string
  endpoint?: string
  configurationSet?: string
  timeoutMs: number
  linesMax: number
}

/** SES answers in 50 to 200 ms, so 20 calls at once reach the 100 mails a second that a well-used account may send. */
const linesMax = 20
/** Far above its slowest answers, and short enough for a process that has 25 s to stop. */
const timeoutMs = 10_000

const needed = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIA...',
  AWS_SECRET_ACCESS_KEY: 'the secret that came with the key id',
}

/**
 * Reads the AWS and SES variables. AWS_REGION alone is no wish to use SES: hosts at Amazon have it set for everybody.
 * @throws ConfigurationError when some are set and others missing.
 */
export function readSesConfig(env: Environment): SesConfig | undefined {
  const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, SES_ENDPOINT, SES_CONFIGURATION_SET } = env
  if (!AWS_ACCESS_KEY_ID && !AWS_SECRET_ACCESS_KEY && !SES_ENDPOINT && !SES_CONFIGURATION_SET) return undefined
  const missing = Object.entries(needed).find(([name]) => !env[name])
  if (missing !== undefined || !AWS_REGION || !AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    const [name, shape] = missing ?? []
    throw new ConfigurationError(
      `${name} is missing (${shape}). SES needs ${Object.keys(needed).join(', ')}: set all three, or none of them to use another provider.`,
    )
  }
  if (SES_ENDPOINT && !/^https?:$/.test(URL.parse(SES_ENDPOINT)?.protocol ?? '')) {
    throw new ConfigurationError(
      'SES_ENDPOINT must be a URL such as https://email.eu-west-1.amazonaws.com; leave it out for that of AWS_REGION.',
    )
  }
  return {
    region: AWS_REGION,
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(SES_ENDPOINT && { endpoint: SES_ENDPOINT }),
    ...(SES_CONFIGURATION_SET && { configurationSet: SES_CONFIGURATION_SET }),
    timeoutMs,
    linesMax,
  }
}
