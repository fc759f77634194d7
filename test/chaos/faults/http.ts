import { sql } from 'kysely'
import { expect } from 'vitest'
import { sesFault } from '../../peers/ses-server.ts'
import { resendError, resendThat, sesThat } from './doors.ts'
import { nobodyBurnt, reachedOnce, type Case, type Fault } from './fault.ts'

/** Nobody knows of this one guest, and under hold nobody guesses. */
const nobodyKnows = { message: 'sent', struck: 'unknown', others: 'accepted' } as const

const quick = { timeoutMs: 400 }
const tenYears = String(10 * 365 * 86_400)

/** What an HTTP provider can answer, or not. A call to Resend has a key and is repeated; a call to SES has none. */
export const httpFaults: readonly Fault[] = [
  {
    id: 30,
    words: 'HTTP 429, with a Retry-After of all kinds',
    cases: [
      // A wait of seconds is over before we look; one of ten years is an hour.
      { way: 'a second', door: throttledFor('1'), becomes: { ...reachedOnce, attempts: 1 } },
      { way: 'in the past', door: throttledFor('-1'), becomes: { ...reachedOnce, attempts: 1 } },
      {
        way: 'a date',
        door: throttledFor(new Date(Date.now() + 1000).toUTCString()),
        becomes: { ...reachedOnce, attempts: 1 },
      },
      { way: 'absent', door: throttledFor(), becomes: { ...reachedOnce, attempts: 1 } },
      {
        way: 'ten years',
        door: throttledFor(tenYears),
        becomes: { message: 'sending', ...nobodyBurnt },
        meanwhile: waitsAnHourAtMost,
        afterwards: { ...reachedOnce, attempts: 1 },
      },
    ],
  },
  {
    id: 31,
    words: 'HTTP 500, 502, 503, 504',
    cases: [
      ...[500, 502, 503, 504].map((status) => ({
        way: `Resend ${status}, although it took the mails`,
        door: resendThat([{ doing: 'answer', status, text: 'oops', accept: true }]),
        becomes: reachedOnce,
      })),
      {
        way: 'SES 500',
        door: sesThat([{ doing: 'answer', status: 500, text: 'oops', accept: true }]),
        becomes: { ...nobodyKnows, mails: 1 },
      },
    ],
  },
  {
    id: 32,
    words: 'HTTP timeout before the headers, or in the body',
    cases: [
      ...(['hang', 'hangInBody', 'reset', 'cutBody'] as const).map((doing) => ({
        way: `Resend ${doing}`,
        door: resendThat([{ doing, accept: true }], quick),
        becomes: reachedOnce,
      })),
      {
        way: 'SES hang',
        door: sesThat([{ doing: 'hang', accept: true }], quick),
        becomes: { ...nobodyKnows, mails: 1 },
      },
      { way: 'SES reset', door: sesThat([{ doing: 'reset', accept: true }]), becomes: { ...nobodyKnows, mails: 1 } },
    ],
  },
  {
    id: 33,
    words: 'HTTP 200 with nonsense, nothing, a page or far too much',
    cases: [
      ...['{"id":', '', '<html>Welcome to the hotel</html>'].map((text) => ({
        way: `Resend ${JSON.stringify(text)}`,
        door: resendThat([{ doing: 'answer', status: 200, text, accept: true }]),
        becomes: reachedOnce,
      })),
      {
        way: 'Resend 100 MB',
        door: resendThat([{ doing: 'flood', status: 200, bytes: 'x', totalBytes: 100 * 1024 * 1024, accept: true }]),
        becomes: reachedOnce,
      },
      {
        way: 'SES a page',
        door: sesThat([{ doing: 'answer', status: 200, text: '<html>Welcome to the hotel</html>', accept: true }]),
        becomes: { ...nobodyKnows, mails: 1 },
      },
    ],
    shownBy: { 'test/chaos/memory.test.ts': 'a Resend whose answers never end costs a notifier no memory' },
  },
  {
    id: 34,
    words: 'HTTP 401/403: the key is revoked',
    cases: [
      {
        door: resendThat([], { key: 're_revoked' }),
        becomes: { message: 'paused', ...nobodyBurnt, says: /RESEND_API_KEY|invalid_api_key/ },
        afterwards: reachedOnce,
      },
    ],
  },
  {
    id: 35,
    words: 'HTTP 422 for one bad address in a batch',
    cases: [
      {
        door: resendThat([resendError(422, 'validation_error', { body: 'guest-1@example.com', times: 2 })]),
        becomes: { message: 'sent', struck: 'failed', others: 'accepted', mails: 0 },
      },
    ],
    shownBy: {
      'cmd/notifier/send-in-batches.test.ts': 'one bad mail in a batch fails alone; the others are sent one by one',
    },
  },
  {
    id: 36,
    words: 'HTTP 409: the key is known with another payload',
    cases: [
      {
        door: resendThat([resendError(409, 'invalid_idempotent_request')]),
        becomes: { message: 'sent', struck: 'unknown', others: 'unknown', mails: 0 },
      },
    ],
    shownBy: {
      'api/providers/resend.test.ts': 'of a different make under a known key is never sent, and rings the alarm',
    },
  },
  {
    id: 37,
    words: 'HTTP 301, 302, 307',
    cases: [301, 302, 307].map((status) => ({
      way: String(status),
      door: resendThat([{ doing: 'answer', status, text: '', headers: { location: 'http://127.0.0.1:9/emails' } }]),
      becomes: { message: 'paused', ...nobodyBurnt, says: /RESEND_BASE_URL/ } as const,
    })),
  },
  {
    id: 38,
    words: 'the provider gives two mails the same id',
    cases: [
      {
        door: resendThat([
          { doing: 'answer', status: 200, text: JSON.stringify({ data: ['a', 'a', 'a'].map((id) => ({ id })) }) },
        ]),
        // Rows are found by our own tag, which every mail carries, so an id that is not unique misleads nobody. Nobody is alarmed either.
        becomes: { message: 'sent', struck: 'accepted', others: 'accepted', mails: 0 },
      },
    ],
  },
  {
    id: 39,
    words: 'the provider accepts, and no webhook ever comes',
    cases: [{ door: resendThat([]), becomes: reachedOnce, afterwards: reachedOnce }],
  },
  {
    id: 40,
    words: 'the daily quota of SES is used up',
    cases: [
      {
        door: sesThat([sesFault('Throttling', 'Daily message quota exceeded.')]),
        becomes: { message: 'sending', ...nobodyBurnt, says: /quota/ },
        afterwards: reachedOnce,
      },
    ],
  },
  {
    id: 41,
    words: 'a Resend key is older than its memory of 24 hours',
    cases: [
      {
        door: resendThat([
          { doing: 'reset', accept: true, times: 1 },
          { doing: 'reset', times: 50 },
        ]),
        becomes: { message: 'sending', struck: 'wired', others: 'wired', mails: 1 },
        meanwhile: ({ db }) =>
          sql`update send_batches set first_wired_at = now() - interval '23 hours 5 minutes'`
            .execute(db)
            .then(() => {}),
        afterwards: { message: 'sent', struck: 'unknown', others: 'unknown', mails: 1 },
      },
    ],
  },
]

type Meanwhile = Parameters<NonNullable<Case['meanwhile']>>[0]

function throttledFor(retryAfter?: string) {
  return resendThat([
    resendError(429, 'rate_limit_exceeded', { headers: retryAfter ? { 'retry-after': retryAfter } : {} }),
  ])
}

async function waitsAnHourAtMost({ db }: Meanwhile) {
  const { rows } = await sql`
    select blocked_until as at from rate_buckets where blocked_until > now() + interval '61 minutes'
    union all select due_at from message_deliveries where due_at > now() + interval '61 minutes'`.execute(db)
  expect(rows).toEqual([])
}
