import { sql } from 'kysely'
import { smtpSaying } from './doors.ts'
import { nobodyBurnt, reachedOnce, type Fault } from './fault.ts'

/** What an SMTP server can say. */
export const smtpReplies: readonly Fault[] = [
  {
    id: 1,
    words: 'SMTP 421 on connect',
    cases: [
      {
        door: smtpSaying('connect', '421 4.3.2 Too busy, come back later'),
        becomes: { message: 'sending', ...nobodyBurnt },
        afterwards: reachedOnce,
      },
    ],
  },
  {
    id: 2,
    words: 'SMTP 450/451 grey list of 15 minutes',
    cases: [
      {
        door: smtpSaying('recipient', '450 4.7.1 Greylisted, please come back later'),
        becomes: {
          message: 'sending',
          struck: 'queued',
          others: 'accepted',
          mails: 0,
          attempts: 1,
          waitsAtLeastS: 270,
        },
        afterwards: { ...reachedOnce, attempts: 2 },
      },
    ],
    shownBy: {
      'cmd/notifier/send.test.ts': 'a greylisting receiver is asked again, and the guest shows as delayed meanwhile',
    },
  },
  {
    id: 3,
    words: 'SMTP 452: the mailbox is full, until it is too late',
    cases: [
      {
        door: smtpSaying('recipient', '452 4.2.2 Mailbox full'),
        becomes: { message: 'sending', struck: 'queued', others: 'accepted', mails: 0, attempts: 1 },
        meanwhile: ({ db }) => sql`update scheduled_messages set expires_at = now()`.execute(db).then(() => {}),
        afterwards: {
          message: 'sent',
          struck: 'failed',
          others: 'accepted',
          mails: 0,
          suppressed: false,
          says: /too late/,
        },
      },
    ],
  },
  {
    id: 4,
    words: 'SMTP 550 5.1.1: nobody lives there',
    cases: [
      {
        door: smtpSaying('recipient', '550 5.1.1 No such user'),
        becomes: {
          message: 'sent',
          struck: 'failed',
          others: 'accepted',
          mails: 0,
          suppressed: true,
          says: /550 5\.1\.1 No such user/,
        },
      },
    ],
  },
  {
    id: 5,
    words: 'SMTP 550 5.7.1: a policy refuses the mail',
    cases: [
      {
        door: smtpSaying('dot', '550 5.7.1 Rejected by DMARC policy'),
        becomes: { message: 'sent', struck: 'failed', others: 'accepted', mails: 0, suppressed: false, says: /policy/ },
      },
    ],
  },
  {
    id: 6,
    words: 'SMTP 554 for one of several',
    cases: [
      {
        door: smtpSaying('dot', '554 5.0.0 Transaction failed'),
        becomes: { message: 'sent', struck: 'failed', others: 'accepted', mails: 0 },
      },
    ],
  },
  {
    id: 8,
    words: 'SMTP 530: must issue STARTTLS first',
    cases: [
      {
        door: smtpSaying('sender', '530 5.7.0 Must issue a STARTTLS command first'),
        becomes: { message: 'paused', ...nobodyBurnt, says: /SMTP_URL|STARTTLS/ },
        afterwards: reachedOnce,
      },
    ],
  },
  {
    id: 9,
    words: 'SMTP 552: the mail is too big',
    cases: [
      {
        door: smtpSaying('dot', '552 5.3.4 Message size exceeds the limit'),
        becomes: { message: 'sent', struck: 'failed', others: 'accepted', mails: 0, says: /too big/ },
      },
    ],
  },
  {
    id: 10,
    words: 'code 250 with 5.x.x text, over several lines',
    cases: [
      {
        door: smtpSaying('dot', '250-5.1.1 looks bad\r\n250-\r\n250 5.7.1 and is not', true),
        becomes: reachedOnce,
      },
    ],
    shownBy: { 'api/providers/smtp/replies.test.ts': 'is read the same, however it is cut into pieces' },
  },
  {
    id: 11,
    words: 'garbage instead of a greeting; HTTP on port 25',
    cases: ['HTTP/1.1 400 Bad Request\r\n', 'hello'].map((bytes) => ({
      way: JSON.stringify(bytes),
      door: smtpSaying('connect', bytes),
      becomes: { message: 'sending', ...nobodyBurnt },
      afterwards: reachedOnce,
    })),
  },
  {
    id: 16,
    words: 'SMTP 4xx after the final dot (SES: 454)',
    cases: [
      {
        door: smtpSaying('dot', '454 4.7.0 Throttling failure: Maximum sending rate exceeded.'),
        becomes: { ...reachedOnce, attempts: 1 },
      },
    ],
  },
]
