import { startChild } from './child.ts'

/** What one group of recipients got; a group is the domain of their addresses. Times are Date.now(), 0 before the first mail. */
export type Received = {
  mails: number
  recipients: number
  doubled: number
  bytes: number
  firstAt: number
  lastAt: number
  /** How long it really thought about a mail; a timer is a little late, and later on a busy machine. */
  thinkingMs: number
}

/** Starts the SMTP server that takes everything, keeps nothing and counts. `latencyMs` is how long it thinks after each final dot. */
export async function startSink({ latencyMs = 0 } = {}) {
  const child = startChild('bench/stage/sink-child.ts', [String(latencyMs)])
  const { port } = await child.heard<{ port: number }>()
  return {
    pid: child.pid,
    port,
    url: `smtp://127.0.0.1:${port}`,
    stop: child.stop,
    /** Forgets what it has counted. */
    reset: () => child.ask({ do: 'reset' }),
    /** Waits until a group has got so many mails; without a number it answers at once. */
    received: (group: string, mails = 0) => child.ask<Received>({ do: 'until', group, mails }),
  }
}

/** @throws Error unless each of so many guests got exactly one mail. */
export function assertOnceEach({ mails, recipients, doubled }: Received, guests: number, who: string) {
  if (mails === guests && recipients === guests && doubled === 0) return
  throw new Error(`${who}: ${guests} guests, but ${mails} mails to ${recipients} of them, ${doubled} of them twice`)
}
