import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Event } from '../../../api/contract/event.ts'
import type { Guest } from '../../../api/contract/guest.ts'
import { useLoad } from '../api/useLoad.ts'
import { usePace } from '../live/pace.ts'
import { useGuests, type GuestFilter } from '../stores/guests.ts'
import { answerLooks } from '../ui/badges.ts'
import { answers } from './answers.ts'
import { guestLabel } from './guestForm.ts'

/** Long enough for a name to be typed, short enough to feel at once. */
const typingPauseMs = 250
/** Rows change at a person's pace, however fast answers come. */
const freshenEveryMs = 2_000
/** What fits one row beside the search. */
const tagsShownMax = 6

/** The filter lives in the address, so that it can be linked to and survives a reload. */
export function useGuestList(event: ComputedRef<Event>, answered: Ref<number>) {
  const store = useGuests()
  const route = useRoute()
  const router = useRouter()

  const text = (name: string) => (typeof route.query[name] === 'string' ? route.query[name] : undefined)
  const filter = computed<GuestFilter>(() => ({
    status: answers.find(({ status }) => status === text('status'))?.status,
    tag: text('tag'),
    q: text('q'),
  }))
  const filtered = computed(() => Object.values(filter.value).some((value) => value !== undefined))
  const address = computed(() => JSON.stringify(filter.value))

  const { problem, slow, reload } = useLoad(
    (signal) => store.load(event.value.id, filter.value, signal),
    [() => event.value.id, address],
  )

  /** Who has answered meanwhile, for those who do not see the row change. */
  const news = ref('')
  // Answers arrive by themselves. The next one tries again when this one finds nobody.
  const freshen = usePace(async () => {
    if (!store.loaded) return
    const moved = await store.freshen(event.value.id).catch(() => [])
    if (moved.length > 0) news.value = newsOf(moved)
  }, freshenEveryMs)
  watch(answered, freshen)

  const show = (change: Partial<GuestFilter>) => router.replace({ query: { ...filter.value, ...change } })

  const query = ref(filter.value.q ?? '')
  let typing: ReturnType<typeof setTimeout> | undefined
  watch(query, (wanted) => {
    clearTimeout(typing)
    typing = setTimeout(() => void show({ q: wanted.trim() || undefined }), typingPauseMs)
  })

  const tags = computed(() => tagsOf(store.items, filter.value.tag))
  const toggle = (key: 'status' | 'tag', value: string) =>
    show({ [key]: filter.value[key] === value ? undefined : value })

  return { store, filter, filtered, query, tags, toggle, show, news, problem, slow, reload }
}

/** "Ada Brandt: attending", "3 guests have changed". */
function newsOf(guests: readonly Guest[]): string {
  const [only] = guests
  return only && guests.length === 1
    ? `${guestLabel(only)}: ${answerLooks[only.rsvpStatus].label.toLowerCase()}`
    : `${guests.length} guests have changed`
}

/** The commonest tags of the guests at hand, and always the one that is chosen. */
function tagsOf(guests: readonly Guest[], chosen: string | undefined): string[] {
  const counts = new Map<string, number>()
  for (const tag of guests.flatMap((guest) => guest.tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  const common = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0)).slice(0, tagsShownMax)
  return chosen === undefined || common.includes(chosen) ? common : [chosen, ...common]
}
