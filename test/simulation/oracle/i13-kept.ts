import { violated, type Answered, type Invariant } from './invariant.ts'

export const kept: Invariant = {
  id: 'I13',
  says: 'What the API has answered is committed: everything but PostgreSQL may die at this very moment.',
  watch({ mirror }) {
    const answers: Answered[] = []
    const judge = ({ what, holds }: Answered, when: string) => {
      if (!holds(mirror)) violated('I13', `${what} was answered with success and is not so ${when}`)
    }
    return {
      onAnswered(answered) {
        judge(answered, 'when the answer is given')
        answers.push(answered)
      },
    }
  },
}
