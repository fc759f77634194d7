import { readdirSync, readFileSync } from 'node:fs'

/** The kernel counts user and system time in these (`getconf CLK_TCK`), on all architectures that we know. */
const ticksPerSecond = 100

type Times = { parent: number; ticks: number }

/**
 * CPU time that a process and its direct children have used so far, in microseconds; of children that have ended, too. A PostgreSQL server is
 * its postmaster and its backends. Linux only: elsewhere it is NaN, and the tables show a dash.
 */
export function cpuUs(pid: number): number {
  const own = timesOf(pid)
  if (!own) return Number.NaN
  const children = processes().filter((each) => each.parent === pid)
  const ticks = children.reduce((sum, child) => sum + child.ticks, own.ticks)
  return (ticks / ticksPerSecond) * 1e6
}

function processes(): Times[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => timesOf(Number(pid)) ?? [])
}

/** Fields 4 and 14-17 of proc_pid_stat(5): the parent, and utime, stime, cutime, cstime. The name in field 2 may hold anything. */
function timesOf(pid: number): Times | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0)
    return { parent: Number(fields[1]), ticks }
  } catch {
    return undefined
  }
}
