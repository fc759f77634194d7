import type { Job } from './hand.ts'

/** Jobs that are equally urgent: a queue per message, taken round-robin over messages. */
export function createBand() {
  const queues = new Map<string, Queue>()
  let rows = 0

  return {
    /** Rows that wait. */
    rows: () => rows,

    put(job: Job, atFront: boolean) {
      const queue = queues.get(job.message.id) ?? { jobs: [], next: 0 }
      queues.set(job.message.id, queue)
      if (!atFront) queue.jobs.push(job)
      else if (queue.next > 0) queue.jobs[--queue.next] = job
      else queue.jobs.unshift(job)
      rows += job.rows.length
    },

    /** @throws when nothing waits. */
    take(): Job {
      const [messageId, queue] = queues.entries().next().value!
      const job = queue.jobs[queue.next++]!
      // To the end of the round: the other messages come first now.
      queues.delete(messageId)
      if (queue.next < queue.jobs.length) queues.set(messageId, queue)
      rows -= job.rows.length
      return job
    },
  }
}

/** An array with a place to read from: shifting one with thousands of jobs would copy it for each mail. */
type Queue = { jobs: Job[]; next: number }

export type Band = ReturnType<typeof createBand>
