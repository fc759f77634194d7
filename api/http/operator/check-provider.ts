import type { ProviderCheck } from '../../contract/operator/provider-test.ts'
import type { Pace, Transport } from '../../providers/provider.ts'
import { checkSenderDomain } from '../../providers/sender-domain.ts'
import { withinTime } from '../../providers/within-time.ts'
import type { Deps } from '../deps.ts'

/** An SMTP server may take half a minute to greet; whoever looks at a page goes away before. */
const patienceMs = 20_000

/** Asks the provider, without a mail, whether it would take one: credentials, quota, and what other servers can look up of the sender. */
export async function checkProvider({ provider, config, resolveTxt }: Deps): Promise<ProviderCheck[]> {
  const transport = provider.open()
  try {
    const credentials = await checkCredentials(transport, provider.label)
    const quota = await checkQuota(transport, provider.label)
    return [credentials, quota, { check: 'domain', ...(await checkSenderDomain(config.from.address, resolveTxt)) }]
  } finally {
    void transport.close()
  }
}

async function checkCredentials(transport: Transport, label: string): Promise<ProviderCheck> {
  const check = 'credentials' as const
  if (transport.provider === 'log')
    return { check, ok: false, words: 'No provider is set up: mails are written to the log and reach nobody.' }
  const verdict = await withinTime(patienceMs, () => transport.verify()).catch((error: Error) => error.message)
  return verdict === 'ok'
    ? { check, ok: true, words: `${label} knows this account.` }
    : { check, ok: false, words: verdict }
}

async function checkQuota(transport: Transport, label: string): Promise<ProviderCheck> {
  const check = 'quota' as const
  if (!transport.askPace) return { check, ok: null, words: paceInWords(transport.pace?.(), label) }
  try {
    const { mailsLeft, callsPerSecond } = await withinTime(patienceMs, () => transport.askPace!())
    const rate = callsPerSecond === undefined ? '' : `, ${callsPerSecond} a second`
    if (mailsLeft === undefined) return { check, ok: true, words: `${label} names no daily quota${rate}.` }
    return { check, ok: mailsLeft > 0, words: `${mailsLeft} mails are left of the last 24 hours${rate}.` }
  } catch (error) {
    return { check, ok: false, words: `${label} does not say: ${(error as Error).message}` }
  }
}

function paceInWords(pace: Pace | undefined, label: string): string {
  const words = `${label} cannot be asked for a quota`
  return pace?.callsPerSecond === undefined ? `${words}.` : `${words}; it takes ${pace.callsPerSecond} calls a second.`
}
