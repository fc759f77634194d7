import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isCommitted } from '../peers/tcp-proxy.ts'
import { cross, type Crossing } from './network.ts'
import { leaseMs } from './replica.ts'
import { isLong, scaled } from './scale.ts'

const connections = 5
const guests = scaled(300, 3000)
const strikes = scaled(3, 15)

/** Weather that takes half a minute to pass is for `make chaos`; the storms before it in a list are the quick ones. */
const quickOnes = { ofTheDatabase: 4, ofTheServer: 1 }

type Weathers = Record<string, (crossing: Crossing) => Promise<number>>

/** Bad weather to the database. Whatever is struck was on its way to the books, never to a guest. */
const ofTheDatabase: Weathers = {
  'all connections are cut': ({ database, random, reached }) =>
    often(async (share) => {
      await reached(share)
      await sleep(random() * 100)
      database.cutAll()
    }),

  'a wire mark is made, and its answer is lost': ({ database, reached }) =>
    often(async (share) => {
      await reached(share)
      await struckBy(database, () => database.cutAfter('mark', isCommitted))
    }),

  'outcomes are written, and the answer is lost': ({ database, reached }) =>
    often(async (share) => {
      await reached(share)
      await struckBy(database, () => database.cutAfter('record_', isCommitted))
    }),

  'outcomes never arrive': ({ database, reached }) =>
    often(async (share) => {
      await reached(share)
      await struckBy(database, () => database.cutBefore('record_'))
    }),

  'everything vanishes for longer than the lease, and then arrives': async ({ database, reached }) => {
    await reached(0.3)
    database.weather.blackHole = true
    await sleep(leaseMs + 1000)
    database.clear()
    return 1
  },

  // A firewall that forgets, a machine that lost its power: nobody says goodbye.
  'every connection falls silent for good, and new ones work': async ({ database, reached }) => {
    await reached(0.3)
    database.deafen()
    return 1
  },

  'it is slow and far away': async ({ database, reached }) => {
    Object.assign(database.weather, { latencyMs: 20, bytesPerSecond: 200_000 })
    await reached(1)
    return 1
  },
}

test.each(forNow(ofTheDatabase, quickOnes.ofTheDatabase))(
  'on the way to the database %s: nobody is lost or doubled',
  async (name, weather) => {
    const arrival = await cross({ name: `database: ${name}`, policy: 'hold', guests, connections, weather })

    expect(arrival.lost).toEqual([])
    expect(arrival.doubled).toBe(0)
    expect(arrival.surprises).toBe(0)
    expect(arrival.accepted + arrival.unknown).toBe(guests)
    expect(arrival.unknown).toBeLessThanOrEqual(2 * connections * arrival.struck)
    expect(arrival.alive).toBe(true)
  },
)

/** Bad weather to the SMTP server: what was on the wire without an answer is in doubt. */
const ofTheServer: Weathers = {
  'all connections are cut': ({ smtp, random, reached }) =>
    often(async (share) => {
      await reached(share)
      await sleep(random() * 100)
      smtp.cutAll()
    }),

  'nobody gets through for a while': async ({ smtp, reached }) => {
    await reached(0.3)
    smtp.weather.refusing = true
    smtp.cutAll()
    await sleep(2000)
    smtp.clear()
    return 1
  },

  'everything vanishes for a while, and then arrives': async ({ smtp, reached }) => {
    await reached(0.3)
    smtp.weather.blackHole = true
    await sleep(3000)
    smtp.clear()
    return 1
  },

  'it is slow and drips': async ({ smtp, reached }) => {
    Object.assign(smtp.weather, { latencyMs: 5, bytesPerSecond: 100_000 })
    await reached(0.2)
    smtp.clear()
    return 1
  },
}

test.each(forNow(ofTheServer, quickOnes.ofTheServer))(
  'on the way to the SMTP server %s: under hold nobody is doubled',
  async (name, weather) => {
    const arrival = await cross({ name: `SMTP: ${name}`, policy: 'hold', guests, connections, weather })

    expect(arrival.lost).toEqual([])
    expect(arrival.doubled).toBe(0)
    expect(arrival.accepted + arrival.unknown).toBe(guests)
    expect(arrival.unknown).toBeLessThanOrEqual(connections * arrival.struck)
    expect(arrival.alive).toBe(true)
  },
)

test.runIf(isLong)(
  'on the way to the SMTP server all connections are cut: under resend everybody is reached, and no more doubled than was on the wire',
  async () => {
    const weather = ofTheServer['all connections are cut']!
    const arrival = await cross({
      name: 'SMTP: all connections are cut',
      policy: 'resend',
      guests,
      connections,
      weather,
    })

    expect(arrival.lost).toEqual([])
    expect(arrival.accepted).toBe(guests)
    expect(arrival.doubled).toBeLessThanOrEqual(connections * arrival.struck)
  },
)

function forNow(weathers: Weathers, quick: number) {
  return Object.entries(weathers).slice(0, isLong ? undefined : quick)
}

/** Strikes several times, each after another share of the mails. Answers how often. */
async function often(strike: (share: number) => Promise<void>) {
  for (let each = 1; each <= strikes; each++) await strike((each * 0.8) / strikes)
  return strikes
}

/** Waits until the proxy has really struck, so that no test passes on good weather. */
async function struckBy({ cutsMade }: Crossing['database'], plan: () => void) {
  const before = cutsMade()
  plan()
  await expect.poll(cutsMade, { timeout: 60_000 }).toBe(before + 1)
}
