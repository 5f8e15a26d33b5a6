/** @throws {Error} unless the text is a whole number above zero */
export function positive(text: string, flag: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`Invalid value for ${flag}. Expected a positive integer. Received: ${text}.`);
  return value;
}

/** @throws {Error} unless the name is known */
export function oneOf(name: string, known: readonly string[], flag: string): string {
  if (known.includes(name)) return name;
  throw new Error(`Invalid value for ${flag}. Expected one of ${known.join(', ')}. Received: ${name}.`);
}

/** Names between commas. @throws {Error} where one is not known */
export function namesIn(text: string, known: readonly string[], flag: string): string[] {
  return text
    .split(',')
    .filter((name) => name !== '')
    .map((name) => oneOf(name, known, flag));
}

/** Runs a command; what goes wrong is told with its help, and ends it with 1. */
export async function orHelp(help: string, command: () => Promise<number> | number): Promise<number> {
  try {
    return await command();
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    return 1;
  }
}
