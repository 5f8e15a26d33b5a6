/**
 * First seed of a run of the tests: a new one every day, so that failures can be repeated all day long. The
 * environment variable ATROUS_TEST_SEED sets it.
 */
export function baseSeed(): number {
  const given = process.env.ATROUS_TEST_SEED;
  return given === undefined ? Math.floor(Date.now() / 86_400_000) * 10_000 : Number(given);
}
