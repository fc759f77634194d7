import { codeOf, isDistrust, isNeverConnected } from './network-fault.ts'

/** What came of an HTTP request: an answer, or at which side of the first byte it failed. */
export type Answer =
  | { kind: 'answered'; status: number; headers: Headers; text: string; json: unknown }
  | { kind: 'notSent'; distrusted: boolean; reason: string }
  | { kind: 'lost'; reason: string }

/** A batch of a hundred ids is 5 kB. A body beyond this is not an answer from a mail API. */
const bodyLengthMax = 512 * 1024

/**
 * One request with one deadline for all of it, the body included; redirects are not followed, and a body beyond the limit
 * is cut. Never throws.
 * @param init its signal, if there is one, ends the request as the deadline does.
 */
export async function askOverHttp(
  url: string,
  init: RequestInit,
  timeoutMs: number,
  lengthMax = bodyLengthMax,
): Promise<Answer> {
  try {
    const deadline = AbortSignal.timeout(timeoutMs)
    const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline
    const response = await fetch(url, { ...init, redirect: 'manual', signal })
    const text = await bodyOf(response, lengthMax)
    return { kind: 'answered', status: response.status, headers: response.headers, text, json: parsed(text) }
  } catch (error) {
    const code = codeOf(error)
    const reason = [(error as Error).message, code].filter(Boolean).join(', ')
    if (isDistrust(code)) return { kind: 'notSent', distrusted: true, reason }
    return isNeverConnected(code) ? { kind: 'notSent', distrusted: false, reason } : { kind: 'lost', reason }
  }
}

async function bodyOf(response: Response, lengthMax: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > lengthMax) break
  }
  return text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
