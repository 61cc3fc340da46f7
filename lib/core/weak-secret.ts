/** Whether a secret could be guessed: too short, or made of too few different characters to be random. */
export function isWeakSecret(text: string): boolean {
  const bare = text.trim()
  return bare.length < 32 || new Set(bare).size < 8
}
