import type { Frame, Seat } from './watcher.ts'

/** A person sees no more than twenty steps a second; what happens in between comes with the next. */
export const frameEveryMs = 50

/** What takes long to count is counted more seldom: it may have a fifth of one connection to the database. */
const restTimes = 5

/** After an error the database is left in peace for a moment. */
const againAfterMs = 1000

/** One read is of at most so many; more would make those at its beginning wait for those at its end. */
const topicsPerReadMax = 500

/** What is read for a topic: what to tell, and the same without its instant, to see whether it is news. */
export type Told = { frame: Frame; news: string }

export type Topic = {
  id: string
  eventId: string
  seats: Set<Seat>
  /** What all who are not new have been told. */
  told?: string
  restsUntil: number
}

type About = {
  read(ids: readonly string[]): Promise<Map<string, Told>>
  tell(topic: Topic, seats: readonly Seat[], frame: Frame, startedAt: number): void
  gone(topic: Topic): void
  failed(error: unknown): void
  now(): number
}

/**
 * Reads what is watched and has moved: the first time at once, then no more often than it may, all that is due with one read, and one read
 * at a time, so that nobody is told the older after the newer. What nobody watches is never read.
 */
export function createFeed(about: About) {
  const { now } = about
  const topics = new Map<string, Topic>()
  const due = new Set<Topic>()
  let reads = 0
  let isReading = false
  let timer: NodeJS.Timeout | undefined

  function pump() {
    clearTimeout(timer)
    if (isReading) return
    const at = now()
    const ready = [...due].filter(({ restsUntil }) => restsUntil <= at).slice(0, topicsPerReadMax)
    if (ready.length > 0) return void readAll(ready)
    const soonest = Math.min(...[...due].map(({ restsUntil }) => restsUntil))
    if (soonest < Infinity) timer = setTimeout(pump, Math.ceil(soonest - at))
  }

  async function readAll(ready: readonly Topic[]) {
    isReading = true
    const number = ++reads
    const startedAt = now()
    for (const topic of ready) due.delete(topic)
    try {
      const found = await about.read(ready.map(({ id }) => id))
      const restMs = Math.max(frameEveryMs, (now() - startedAt) * restTimes)
      for (const topic of ready) {
        topic.restsUntil = startedAt + restMs
        tell(topic, found.get(topic.id), number, startedAt)
      }
    } catch (error) {
      about.failed(error)
      for (const topic of ready) {
        topic.restsUntil = now() + againAfterMs
        if (topic.seats.size > 0) due.add(topic)
      }
    } finally {
      isReading = false
      pump()
    }
  }

  function tell(topic: Topic, told: Told | undefined, number: number, startedAt: number) {
    if (topic.seats.size === 0) return
    if (!told) return about.gone(topic)
    const isNews = told.news !== topic.told
    topic.told = told.news
    const hearers = [...topic.seats].filter((seat) => seat.cameAfter < number && (isNews || seat.isNew))
    if (hearers.length > 0) about.tell(topic, hearers, told.frame, startedAt)
  }

  return {
    topics: topics as ReadonlyMap<string, Topic>,

    /** It is told what is so now, by a read that begins after this. */
    join(seat: Seat) {
      const { id, eventId } = seat.watch
      const topic = topics.get(id) ?? { id, eventId, seats: new Set<Seat>(), restsUntil: -Infinity }
      topics.set(id, topic)
      seat.cameAfter = reads
      topic.seats.add(seat)
      due.add(topic)
      pump()
    },

    leave(seat: Seat) {
      const topic = topics.get(seat.watch.id)
      if (!topic?.seats.delete(seat) || topic.seats.size > 0) return
      topics.delete(topic.id)
      due.delete(topic)
    },

    /** These may have moved. */
    touch(ids: Iterable<string>) {
      for (const id of ids) {
        const topic = topics.get(id)
        if (topic) due.add(topic)
      }
      if (due.size > 0) pump()
    },

    stop: () => clearTimeout(timer),
  }
}

export type Feed = ReturnType<typeof createFeed>
