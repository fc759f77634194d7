import type { Feedback } from './feedback.ts'

/** Nobody reads a page and opens the next link within this. A scanner opens all links of a mail at once. */
export const burstMs = 2000

/**
 * So long a click waits for others of its mail: a burst is known only afterwards, and its first click is no more a person's than its last. A
 * scanner asks for all links in the same breath, and a host who watches sees a click within a second.
 */
const waitMs = 700

export const burstReason = 'Several links of the mail at once'

/** One click of a mail. `link` tells links apart and says nothing else. */
export type Click = { at: Date; link: string }

/** How long a report waits before it is judged: a click that somebody may have made, for its neighbours. */
export function waitsForOthersMs({ kind, link, machine }: Pick<Feedback, 'kind' | 'link' | 'machine'>): number {
  return kind === 'clicked' && link !== undefined && machine === undefined ? waitMs : 0
}

/** Whether another link of the same mail was opened within two seconds before or after. The same link twice is a person in a hurry. */
export function isInBurst(click: Click, ofTheMail: readonly Click[]): boolean {
  return ofTheMail.some(
    (other) => other.link !== click.link && Math.abs(other.at.getTime() - click.at.getTime()) <= burstMs,
  )
}
