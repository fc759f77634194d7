import type { Climate } from '../climate.ts'
import type { PlantedBug } from './planted-bug.ts'

// Mistakes in SQL: a forgotten guard, a wrong count, a join too many.

/** Hosts and guests who act all the time. */
const busyHosts = { hostActs: 60, providerTrouble: 0.2, databaseTrouble: 0, linesMax: 1 }

/** Mails wait for their turn for most of the day, so that much happens to them meanwhile. */
const slowProvider: Partial<Climate> = {
  vendor: { key: 'ses', batchMax: 1, deduplicates: false },
  callsPerSecond: 3,
}

const guestsTwice: PlantedBug = {
  name: 'an expansion that writes each guest twice, in a schema without the unique constraint',
  breaks: 'I1',
  schema: 'alter table message_deliveries drop constraint message_deliveries_one_per_guest',
  statements: [
    { says: /select (\$\d+), s\.seq, s\.id, s\.email/, instead: 'select $1, s.seq + 10000 * copy, s.id, s.email' },
    {
      says: /(from slice s left join households h on h\.email = s\.email and s\.skip_reason is null)(?=\s+\), ranges)/,
      instead: '$1 cross join generate_series(0, 1) copy',
    },
  ],
}

const unsubscribedAreMailed: PlantedBug = {
  name: 'a wire mark that forgets to look who has unsubscribed since',
  breaks: 'I3',
  climate: busyHosts,
  statements: [{ says: /when g\.unsubscribed_at is not null and not .*? then 'unsubscribed'/, instead: '' }],
}

const stoppedAreMailed: PlantedBug = {
  name: 'a wire mark that forgets that a host may have stopped the message',
  breaks: 'I4',
  climate: { ...busyHosts, ...slowProvider, guests: 40 },
  statements: [{ says: / or m\.paused_at is not null/, instead: '' }],
}

const noRescue: PlantedBug = {
  name: 'a claim that passes over units whose owner is gone',
  breaks: 'I5',
  climate: { kills: 6, notifiers: 2 },
  statements: [{ says: /u\.lease_until < now\(\)/g, instead: "u.lease_until = '-infinity'" }],
}

const countsCallsNotMails: PlantedBug = {
  name: 'counters that count a statement as one mail',
  breaks: 'I6',
  statements: [
    {
      says: /count\(\*\) filter \(where "is" = 'accepted'\)/,
      instead: `least(1, count(*) filter (where "is" = 'accepted'))`,
    },
  ],
}

const noTokens: PlantedBug = {
  name: 'a bucket that gives a token to whoever asks',
  breaks: 'I7',
  climate: {
    ...{
      vendor: { key: 'ses', batchMax: 1, deduplicates: false },
      callsPerSecond: 2,
      guests: 60,
      notifiers: 3,
      linesMax: 1,
    },
    ...{ providerTrouble: 0, databaseTrouble: 0, kills: 0, freezes: 0, stops: 0, outages: 0, hostActs: 0 },
  },
  statements: [{ says: /coalesce\(spare, 0\) > -1e-9/, instead: 'true' }],
}

const noFence: PlantedBug = {
  name: 'outcomes that are written without looking who holds the claim by now',
  breaks: 'I8',
  climate: {
    freezes: 14,
    providerTrouble: 0.5,
    vendor: { key: 'smtp', batchMax: 1, deduplicates: false },
    troubleMs: 90_000,
  },
  statements: [{ says: / and u\.epoch = g\.epoch and u\.lease_until > now\(\)/, instead: '' }],
}

const everybodysList: PlantedBug = {
  name: "a list of those who get nothing that is read as everybody's",
  breaks: 'I9',
  statements: [{ says: /(s\.host_id is null or s\.host_id = [^)]*)\)/, instead: '$1 or true)' }],
}

const wrongAddress: PlantedBug = {
  name: "rows that are loaded with the next row's address",
  breaks: 'I10',
  statements: [
    {
      says: /select seq, guest_id, address,/,
      instead: 'select seq, guest_id, lead(address, 1, address) over (order by seq) as address,',
    },
  ],
}

const dayOf24Hours: PlantedBug = {
  name: 'reminders stored an hour off, as 24-hour days are when the clocks change',
  breaks: 'I11',
  statements: [
    {
      says: /^insert into "scheduled_messages".*"rule"/,
      instead: '$&',
      values: (values) =>
        values.map((value) => (value instanceof Date ? new Date(value.getTime() + 3_600_000) : value)),
    },
  ],
}

const takesBack: PlantedBug = {
  name: 'a discard that also cancels what has been sent',
  breaks: 'I12',
  climate: busyHosts,
  statements: [
    { says: /(::uuid\[\]\)) and state = 'queued'(\s+order by message_id, seq\s+for update)/, instead: '$1$2' },
    { says: /(where d\.message_id = w\.message_id and d\.seq = w\.seq) and d\.state = 'queued'/, instead: '$1' },
  ],
}

const answersBeforeWriting: PlantedBug = {
  name: 'an unsubscribe that is confirmed before it is written',
  breaks: 'I13',
  climate: busyHosts,
  statements: [
    {
      says: /^update "guests" set "unsubscribed_at" = now\(\), "version" = "version" \+ (\$\d) where "id" in \((\$\d)\).*$/,
      instead: 'select id from guests where id = $2 and $1::int is not null',
    },
  ],
}

/** One mail a day is soon too many where hosts write all day. */
const onceADay = { mails: 1, hours: 24 }

const floodsGuests: PlantedBug = {
  name: 'a cap that nobody asks, neither when a message fires nor when its mails leave',
  breaks: 'I16',
  climate: {
    ...busyHosts,
    ...slowProvider,
    frequencyCap: { broadcast: onceADay, reminder: onceADay, resend: onceADay },
  },
  statements: [
    {
      says: /when mailed >= cap_mails then 'frequency_capped'\s+when mailed \+ beside >= cap_mails then 'held'/,
      instead: '',
    },
    { says: /then 'frequency_capped'/, instead: 'then null' },
  ],
}

export const bugsInStatements: readonly PlantedBug[] = [
  guestsTwice,
  unsubscribedAreMailed,
  stoppedAreMailed,
  noRescue,
  countsCallsNotMails,
  noTokens,
  noFence,
  everybodysList,
  wrongAddress,
  dayOf24Hours,
  takesBack,
  answersBeforeWriting,
  floodsGuests,
]
