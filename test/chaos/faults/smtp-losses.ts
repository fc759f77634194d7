import { smtpThat } from './doors.ts'
import { reachedOnce, type Fault } from './fault.ts'

/** What happens when the mail has begun and the line ends: before the final dot nobody has the mail, after it nobody knows. */
const provenUnsent = { message: 'sending', struck: 'queued', others: 'accepted', mails: 0 } as const
const nobodyKnows = { message: 'sent', struck: 'unknown', others: 'accepted' } as const

const loss = 'api/providers/smtp/loss.test.ts'
const broken = 'api/providers/smtp/broken-protocol.test.ts'

/** How an SMTP connection can end, hang or drip. */
export const smtpLosses: readonly Fault[] = [
  {
    id: 12,
    words: 'disconnect before DATA',
    cases: (['sender', 'recipient', 'data'] as const).map((at) => ({
      way: `at ${at}`,
      door: smtpThat({ at, doing: 'reset' }),
      becomes: provenUnsent,
      afterwards: reachedOnce,
    })),
  },
  {
    id: 13,
    words: 'disconnect inside DATA',
    // A mail of ours leaves in one piece, its final dot included: that the server read half of it is nothing that we can see.
    cases: [
      { way: 'under hold', door: smtpThat({ at: 'body', doing: 'reset' }), becomes: { ...nobodyKnows, mails: 0 } },
      {
        way: 'under resend',
        door: smtpThat({ at: 'body', doing: 'reset' }),
        onAmbiguous: 'resend',
        becomes: reachedOnce,
      },
    ],
    shownBy: { [loss]: 'in the middle of the body means that the mail was not taken' },
  },
  {
    id: 14,
    words: 'disconnect after the final dot, before 250',
    cases: [
      {
        way: 'the server took it, under hold',
        door: smtpThat({ at: 'dot', doing: 'reset', accept: true }),
        becomes: { ...nobodyKnows, mails: 1 },
        afterwards: { ...nobodyKnows, mails: 1 },
      },
      {
        way: 'the server did not take it, under hold',
        door: smtpThat({ at: 'dot', doing: 'reset' }),
        becomes: { ...nobodyKnows, mails: 0 },
      },
      {
        way: 'the server took it, under resend',
        door: smtpThat({ at: 'dot', doing: 'reset', accept: true }),
        onAmbiguous: 'resend',
        becomes: { ...reachedOnce, mails: 2 },
      },
    ],
  },
  {
    id: 15,
    words: '250 arrives long after every other patience has ended',
    cases: [
      {
        door: smtpThat(
          { at: 'dot', doing: 'say', bytes: '250 2.0.0 Ok\r\n', afterMs: 2500, accept: true },
          { commandMs: 500 },
        ),
        becomes: reachedOnce,
      },
    ],
    shownBy: { [broken]: 'by answering late is waited for' },
  },
  {
    id: 17,
    words: 'slow loris: a byte now and then',
    cases: (['hello', 'sender', 'recipient', 'data'] as const).map((at) => ({
      way: `at ${at}`,
      door: smtpThat(
        { at, doing: 'drip', bytes: '250-'.repeat(1000), everyMs: 50 },
        { greetingMs: 400, commandMs: 400 },
      ),
      becomes: {
        ...reachedOnce,
        struck: 'queued',
        others: at === 'hello' ? 'queued' : 'accepted',
        message: 'sending',
        mails: 0,
      } as const,
      afterwards: reachedOnce,
    })),
    shownBy: { [broken]: 'and drips its greeting is given up, however often a byte arrives' },
  },
  {
    id: 18,
    words: 'a reply line without an end',
    cases: [
      {
        door: smtpThat({ at: 'dot', doing: 'flood', bytes: '250-x', totalBytes: 100 * 1024 * 1024 }),
        becomes: { ...nobodyKnows, mails: 0 },
      },
    ],
    shownBy: { 'test/chaos/memory.test.ts': 'an SMTP server whose replies never end costs a notifier no memory' },
  },
  {
    id: 19,
    words: 'a pooled connection dies while it is idle',
    shownBy: { [loss]: 'while it was idle is replaced, and the mail goes out once' },
  },
  {
    id: 20,
    words: 'the server never answers QUIT',
    cases: [{ door: smtpThatHangsAtTheEnd(), becomes: reachedOnce }],
    shownBy: { [broken]: 'and never answers QUIT does not hold up the end' },
  },
]

/** A goodbye comes when the notifier ends, so the fault has struck when the case is over. */
function smtpThatHangsAtTheEnd() {
  const door = smtpThat({ at: 'quit', doing: 'hang' })
  return async () => ({ ...(await door()), hasStruck: () => true })
}
