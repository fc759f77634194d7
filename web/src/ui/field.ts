import { inject, type ComputedRef, type InjectionKey } from 'vue'

export type FieldLink = {
  id: string
  describedBy: string | undefined
  invalid: boolean
  required: boolean
  labelId: string
}

/** How a control inside a Field learns its id, its help and its error, without every form wiring them by hand. */
export const fieldKey: InjectionKey<ComputedRef<FieldLink>> = Symbol('field')

export function useField(): ComputedRef<FieldLink> | undefined {
  return inject(fieldKey, undefined)
}
