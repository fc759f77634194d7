import { computed, ref, shallowRef } from 'vue'
import type { ImportReport } from '../../../../api/contract/guest.ts'
import { useSubmit } from '../../api/useSubmit.ts'
import { useGuests } from '../../stores/guests.ts'

/** The server's limit; told before the upload instead of after it. */
const fileSizeMax = 20 * 1024 * 1024

export type ImportSource = { name: string; content: Blob | string; text: string }

/** Import in two steps: a dry run that saves nothing, and the same file again for good. */
export function useImport(eventId: () => string) {
  const guests = useGuests()
  const source = shallowRef<ImportSource>()
  const report = shallowRef<ImportReport>()
  const tooLarge = ref<string>()

  const checking = useSubmit(async (_key, wanted: ImportSource) => {
    source.value = wanted
    report.value = await guests.importCsv(eventId(), wanted.content, true)
  })
  const importing = useSubmit((key) => guests.importCsv(eventId(), source.value?.content ?? '', false, key))

  async function takeFile(file: File): Promise<void> {
    tooLarge.value = file.size > fileSizeMax ? `${file.name} is larger than 20 MB. Split it into parts.` : undefined
    if (tooLarge.value) return
    await checking.submit({ name: file.name, content: file, text: await file.text() })
  }

  async function takeText(text: string): Promise<void> {
    tooLarge.value = undefined
    await checking.submit({ name: 'what you pasted', content: text, text })
  }

  function startOver(): void {
    report.value = undefined
    importing.problem.value = undefined
  }

  const refusal = computed(() => tooLarge.value ?? checking.problem.value?.message)
  return {
    source,
    report,
    refusal,
    checking: checking.busy,
    takeFile,
    takeText,
    startOver,
    importing: importing.busy,
    importProblem: importing.problem,
    confirm: () => importing.submit(),
  }
}
