import { Resolver } from 'node:dns/promises'

export type ResolveTxt = (name: string) => Promise<string[][]>

/** A resolver answers in milliseconds, or not at all. */
const timeoutMs = 2000

/** What other servers can look up of a sender's domain; `ok` null: nobody can tell. */
export type DomainVerdict = { ok: boolean | null; words: string }

/** Looks up whether the domain says who may send for it (SPF) and what to do with the rest (DMARC). DKIM keys have names that only the provider knows. */
export async function checkSenderDomain(address: string, resolve: ResolveTxt = resolveTxt): Promise<DomainVerdict> {
  const domain = address.split('@').at(-1)!
  if (!domain.includes('.')) return { ok: false, words: `${domain} is no domain that other servers know.` }
  const [own, policy] = await Promise.all([textsOf(resolve, domain), textsOf(resolve, `_dmarc.${domain}`)])
  if (own === undefined || policy === undefined)
    return { ok: null, words: `The records of ${domain} could not be looked up from here.` }
  const missing = [
    ...(own.some((text) => /^v=spf1\b/i.test(text)) ? [] : ['SPF']),
    ...(policy.some((text) => /^v=DMARC1\b/i.test(text)) ? [] : ['DMARC']),
  ]
  if (missing.length > 0)
    return {
      ok: false,
      words: `${domain} has no ${missing.join(' and no ')} record: many servers will distrust its mails.`,
    }
  return { ok: true, words: `${domain} has SPF and DMARC records. Its DKIM key is the provider's to check.` }
}

const thereIsNone = new Set(['ENOTFOUND', 'ENODATA', 'NXDOMAIN'])

async function textsOf(resolve: ResolveTxt, name: string): Promise<string[] | undefined> {
  try {
    return (await resolve(name)).map((parts) => parts.join(''))
  } catch (error) {
    return thereIsNone.has(String((error as { code?: unknown }).code)) ? [] : undefined
  }
}

const resolveTxt: ResolveTxt = (name) => new Resolver({ timeout: timeoutMs, tries: 1 }).resolveTxt(name)
