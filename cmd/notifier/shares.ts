/** Every so often the next less urgent band goes first, so that whoever waits there gets on, however much there is of the urgent. */
const passedOverEvery = 8

/** How many bands the `count`th choice passes over: none mostly, one each eighth time, two each sixty-fourth. */
export function bandsPassedOver(count: number): number {
  let bands = 0
  for (let rest = count; rest > 0 && rest % passedOverEvery === 0; rest /= passedOverEvery) bands += 1
  return bands
}
