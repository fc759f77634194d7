import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Audience, ChannelState, Placeholder } from '../../../api/contract/lists.ts'
import { call } from '../api/client.ts'

/** Lists that the server owns. They change with a release only, so one fetch per visit is enough. */
export const useLists = defineStore('lists', () => {
  const placeholders = shallowRef<Placeholder[]>([])
  const audiences = shallowRef<Audience[]>([])
  const channels = shallowRef<ChannelState[]>([])
  let fetching: Promise<void> | undefined

  async function fetchAll(): Promise<void> {
    const [words, groups, ways] = await Promise.all([
      call('GET /v1/placeholders', {}),
      call('GET /v1/audiences', {}),
      call('GET /v1/channels', {}),
    ])
    placeholders.value = words.items
    audiences.value = groups.items
    channels.value = ways.items
  }

  function ensure(): Promise<void> {
    fetching ??= fetchAll().catch((failure: unknown) => {
      fetching = undefined
      throw failure
    })
    return fetching
  }

  return { placeholders, audiences, channels, ensure }
})
