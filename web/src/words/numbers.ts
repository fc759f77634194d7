const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']

/** "three", "1,190": words up to twelve, as print has it. */
export const inWords = (count: number) => words[count] ?? count.toLocaleString('en')

/** "Three", at the start of a sentence. */
export function startingWith(count: number): string {
  const word = inWords(count)
  return word.charAt(0).toUpperCase() + word.slice(1)
}
