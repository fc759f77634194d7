import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { Door, Shut } from '../api/doors.ts'
import { ApiProblem } from '../api/problem.ts'
import type { LiveState } from '../ui/LiveDot.vue'
import { useAttention } from './attention.ts'
import { readFrame } from './frames.ts'
import { createLatest, type Told } from './latest.ts'
import { createPolling } from './polling.ts'

/** Five tries, three seconds apart; after that somebody has to ask for it. */
const attemptsMax = 5
const retryAfterMs = 3_000
/** Everybody who watched a server that went away comes back at once otherwise. */
const jitterMs = 600

type Channel<T> = {
  /** Of what; empty: of nothing, and no line is opened. */
  id: () => string
  isActive: () => boolean
  /** In the order in which they are tried. */
  doors: (id: string) => readonly Door[]
  /** What a frame brings; undefined: nothing for us. */
  read: (frame: Record<string, unknown>) => Told<T> | undefined
  /** The same over plain REST. */
  ask: (id: string, signal: AbortSignal) => Promise<Told<T>>
  take: (value: T) => void
}

const unavailable = () =>
  new ApiProblem({
    type: 'live-unavailable',
    status: 0,
    title: 'Live updates are unavailable. The numbers are asked for every 5 seconds instead.',
  })

/** These will not get better by asking again: signed out, not ours, not there. */
const isFinal = (problem: ApiProblem | undefined) => [401, 403, 404].includes(problem?.status ?? 0)

/**
 * Numbers that come by themselves. The server's doors are tried in order; while none is open the numbers are polled.
 * Nothing goes on after the page is left.
 */
export function useChannel<T>({ id, isActive, doors, read, ask, take }: Channel<T>) {
  const isConnected = ref(false)
  const error = shallowRef<ApiProblem>()
  const latest = createLatest({ id, ask, take })
  const polling = createPolling(latest, (problem) => isFinal(problem) && end(problem))
  const present = useAttention()
  const watchedId = computed(() => (present.value && isActive() ? id() : ''))

  let shut: Shut | undefined
  let attempts = 0
  let retry: ReturnType<typeof setTimeout> | undefined

  function open(door = 0): void {
    const way = doors(watchedId.value)[door]
    if (!way) return failed()
    let wasOpen = false
    shut = way({
      opened: () => {
        wasOpen = true
        opened()
      },
      said: (data) => {
        const frame = readFrame(data)
        const told = frame && read(frame)
        if (told) latest.heard(told)
      },
      closed: (problem) => {
        shut = undefined
        isConnected.value = false
        if (isFinal(problem)) end(problem)
        else if (problem?.status === 429) giveUp()
        else if (wasOpen) failed()
        else open(door + 1)
      },
    })
  }

  function opened(): void {
    attempts = 0
    isConnected.value = true
    error.value = undefined
    polling.stop()
  }

  function failed(): void {
    polling.start()
    clearTimeout(retry)
    if (attempts >= attemptsMax) return giveUp()
    attempts++
    retry = setTimeout(() => open(), retryAfterMs + Math.random() * jitterMs)
  }

  /** No more attempts until somebody asks for one. */
  function giveUp(): void {
    polling.start()
    error.value = unavailable()
  }

  function end(problem: ApiProblem | undefined): void {
    stop()
    error.value = problem
  }

  function stop(): void {
    clearTimeout(retry)
    shut?.()
    shut = undefined
    isConnected.value = false
    polling.stop()
  }

  function start(): void {
    attempts = 0
    error.value = undefined
    polling.startSoon()
    open()
  }

  /** From the beginning: all attempts again. What is polled goes on until a door is open. */
  function reconnect(): void {
    if (watchedId.value === '' || isConnected.value) return
    clearTimeout(retry)
    shut?.()
    start()
  }

  const lost = () => {
    if (!isConnected.value) return
    shut?.()
    shut = undefined
    isConnected.value = false
    failed()
  }
  addEventListener('online', reconnect)
  addEventListener('offline', lost)

  watch(id, latest.forget)
  watch(
    watchedId,
    (of) => {
      stop()
      error.value = undefined
      if (of !== '') start()
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    removeEventListener('online', reconnect)
    removeEventListener('offline', lost)
    stop()
    latest.stopAsking()
  })

  /** The word for it; undefined while nothing is watched. */
  const state = computed<LiveState | undefined>(() => {
    if (!isActive() || id() === '' || isFinal(error.value)) return undefined
    if (isConnected.value) return 'live'
    return polling.isPolling.value ? 'polling' : 'connecting'
  })
  return {
    ...{ state, isConnected, isFallback: polling.isPolling, error, reconnect },
    stopPolling: polling.stop,
    refresh: latest.refresh,
  }
}

export type LiveChannel = ReturnType<typeof useChannel>
