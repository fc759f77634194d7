import { expect, test, vi } from 'vitest'
import { ApiProblem } from './problem.ts'
import { useSubmit } from './useSubmit.ts'

const silence = () => new ApiProblem({ type: 'unreachable', status: 0, title: 'Nobody answers' })
const refusal = () => new ApiProblem({ type: 'refused', status: 422, title: 'No' })

test('a repeat after silence carries the same key, so that nothing is created twice', async () => {
  const action = vi.fn<(key: string) => Promise<string>>().mockRejectedValueOnce(silence()).mockResolvedValue('made')
  const { submit } = useSubmit(action)

  await submit()
  await submit()
  await submit()

  const [first, second, third] = action.mock.calls.map(([key]) => key)
  expect(second).toBe(first)
  expect(third).not.toBe(second)
})

test('an edited text gets a key of its own', async () => {
  let typed = 'a'
  const action = vi.fn<(key: string) => Promise<string>>().mockRejectedValue(silence())
  const { submit } = useSubmit(action, () => typed)

  await submit()
  typed = 'b'
  await submit()

  expect(action.mock.calls[0]?.[0]).not.toBe(action.mock.calls[1]?.[0])
})

test('after a refusal the next try is a new one', async () => {
  const action = vi.fn<(key: string) => Promise<string>>().mockRejectedValue(refusal())
  const { submit, problem } = useSubmit(action)

  await submit()
  await submit()

  expect(problem.value?.message).toBe('No')
  expect(action.mock.calls[0]?.[0]).not.toBe(action.mock.calls[1]?.[0])
})

test('a second click while the first is on its way does nothing', async () => {
  const action = vi.fn<(key: string) => Promise<string>>().mockResolvedValue('made')
  const { submit } = useSubmit(action)

  await Promise.all([submit(), submit()])

  expect(action).toHaveBeenCalledOnce()
})
