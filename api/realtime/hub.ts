import { announceChanges, readChanges, type Changes } from '../storage/changes.ts'
import type { Db } from '../storage/database.ts'
import { rightsThatHold } from '../storage/watch-rights.ts'
import { createFeed, type Feed, type Topic } from './feed.ts'
import { reads } from './frames.ts'
import type { Meter } from './meter.ts'
import { createRightsCheck } from './rights.ts'
import { makeRounds } from './rounds.ts'
import { createSeats, type Log } from './seats.ts'
import { createTimings } from './timings.ts'
import type { Frame, Kind, Seat, Watch, Watcher } from './watcher.ts'

export type HubOptions = {
  db: Db
  log?: Log | false
  meter?: Meter
  /** A clock that never goes back. */
  now?: () => number
  /** How what is watched is read, and who may still watch: as they are, but for tests. */
  read?: typeof reads
  holds?: typeof rightsThatHold
}

export type Hub = ReturnType<typeof createHub>

/**
 * Who is watching what in this process. All that it hears is hints, after which it reads what the rows say; nothing depends on it, and
 * nothing that goes wrong in it reaches anybody else.
 */
export function createHub(options: HubOptions) {
  const { db, meter, now = () => performance.now(), read = reads, holds = rightsThatHold } = options
  const log = options.log || undefined
  const seats = createSeats({ now, log, meter, left: (seat) => feeds[seat.watch.kind].leave(seat) })
  const timings = createTimings()
  const feeds: Record<Kind, Feed> = { message: feedOf('message'), event: feedOf('event') }
  const checkRights = createRightsCheck({
    ...{ db, holds, seats: seats.all },
    shutOut: (seat) => seats.drop(seat, 'forbidden'),
    failed: (error) => log?.warn({ err: error }, 'who may watch could not be looked up; trying again'),
  })
  const { beat, clearIdle } = seats
  const stopRounds = makeRounds({ beat, catchUp, checkRights: () => void checkRights(), clearIdle })
  let isStopped = false

  function feedOf(kind: Kind): Feed {
    return createFeed({
      now,
      read: (ids) => read[kind](db, ids),
      tell: (topic, hearers, frame, startedAt) => broadcast(kind, topic, hearers, frame, startedAt),
      gone: (topic) => [...topic.seats].forEach((seat) => seats.drop(seat, 'gone')),
      failed: (error) => log?.warn({ err: error, kind }, 'what is watched could not be read; trying again'),
    })
  }

  function broadcast(kind: Kind, { id }: Topic, hearers: readonly Seat[], frame: Frame, startedAt: number) {
    const told = hearers.filter((seat) => seats.tell(seat, frame)).length
    const ms = now() - startedAt
    timings.add(ms)
    meter?.broadcast(told, ms)
    log?.debug({ [`${kind}Id`]: id, connections: told, ms: Math.round(ms) }, 'figures were sent to those who watch')
  }

  /** What was announced while nobody here listened is found all the same, and told if it is news. */
  function catchUp() {
    for (const feed of Object.values(feeds)) {
      if (feed.topics.size === 0) continue
      meter?.caughtUp()
      feed.touch(feed.topics.keys())
    }
  }

  /** These may have moved, and with an event what belongs to it. */
  function touch({ messages = [], events = [] }: Changes) {
    feeds.event.touch(events)
    feeds.message.touch(messages)
    if (events.length === 0) return
    const moved = new Set(events)
    const ofThem = [...feeds.message.topics.values()].filter(({ eventId }) => moved.has(eventId))
    feeds.message.touch(ofThem.map(({ id }) => id))
  }

  return {
    /** Whether one more connection of this person would not be too many. */
    hasRoomFor: (userId: string): boolean => !isStopped && seats.hasRoomFor(userId),

    /** From now on the watcher is told of every change, and at once how things stand. Undefined when there is no room. */
    subscribe(watch: Watch, watcher: Watcher): Seat | undefined {
      if (isStopped || !seats.hasRoomFor(watch.userId)) return undefined
      const seat: Seat = { watch, watcher, cameAfter: 0, isNew: true, toldAt: now() }
      seats.take(seat)
      feeds[watch.kind].join(seat)
      return seat
    },

    /** Its client has left. Called again it does nothing. */
    unsubscribe: (seat: Seat) => void seats.leave(seat),

    /** What a NOTIFY said; without words, that some may have been missed. */
    hint(payload: string) {
      if (payload === '') catchUp()
      else touch(readChanges(payload))
    },

    /** Tells all processes that something has moved. It never throws: those who watch see it a little later anyhow. */
    async announce(changes: Changes): Promise<void> {
      try {
        await announceChanges(db, changes)
      } catch (error) {
        meter?.announcementFailed()
        log?.warn({ err: error, ...changes }, 'a change could not be announced; those who watch see it within seconds')
      }
    },

    connectionCount: (kind: Kind, id: string): number => feeds[kind].topics.get(id)?.seats.size ?? 0,
    totalConnections: (): number => seats.count(),

    /** Live connections and how long broadcasts take, of this process. */
    connections() {
      const counted = (kind: Kind) =>
        [...feeds[kind].topics.values()].map((topic) => ({ id: topic.id, connections: topic.seats.size }))
      return {
        total: seats.count(),
        users: seats.users(),
        messages: counted('message'),
        events: counted('event'),
        broadcasts: timings.read(),
      }
    },

    /** Ends every connection, and takes no more. */
    shutdown() {
      isStopped = true
      stopRounds()
      for (const feed of Object.values(feeds)) feed.stop()
      for (const seat of seats.all()) seats.drop(seat, 'stopping')
    },
  }
}
