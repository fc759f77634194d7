import type { FastifyRequest } from 'fastify'
import type { DeliveryKey, Feedback } from '../../domain/feedback.ts'
import { ownReporter } from '../../domain/feedback.ts'
import { machineReason } from '../../domain/machine.ts'

/**
 * Visits of one kind, mail, link and sort of visitor within this are one report: the first, with its own time. An open tells nothing new for a
 * long while. A click may be a scanner's that is known for one only afterwards, and must not stand in the way of the guest's own.
 */
const sameVisitMs = { opened: 3_600_000, clicked: 10_000 }

type Visit = { kind: 'opened' | 'clicked'; delivery: DeliveryKey; link?: number; at: Date }

/** What is noted of whoever fetched the picture of a mail, or followed a link of it. */
export function reportOf(request: FastifyRequest, { kind, delivery, link, at }: Visit): Feedback {
  const { messageId, seq, generation } = delivery
  const machine = whyMachine(request)
  const when = Math.floor(at.getTime() / sameVisitMs[kind])
  const who = machine === undefined ? 'person' : 'machine'
  return {
    messageId,
    seq,
    generation,
    provider: ownReporter,
    providerEventId: `${kind}.${messageId}_${seq}_${generation}.${link ?? 0}.${who}.${when}`,
    kind,
    happenedAt: at,
    machine,
    ...(link !== undefined && { link: String(link), detail: visitorOf(request) }),
  }
}

/** Browsers that fetch ahead of a person say so, each in its own way. */
const aheadHeaders = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'] as const

function whyMachine({ headers, ip, method }: FastifyRequest): string | undefined {
  const fetchesAhead = aheadHeaders.some((name) => /\b(prefetch|preview)\b/i.test(String(headers[name] ?? '')))
  return fetchesAhead ? 'Fetched ahead of a person' : machineReason({ userAgent: headers['user-agent'], ip, method })
}

/** Longer names are no browser's. */
const userAgentMax = 300

/** Of clicks only, and no longer than the report stays in the inbox: an operator can look into a figure that somebody doubts. */
function visitorOf({ ip, headers }: FastifyRequest): string {
  return `${ip} ${headers['user-agent'] ?? ''}`.slice(0, userAgentMax)
}
