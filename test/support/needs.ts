/**
 * For a `describe`: skips its tests where the machine lacks what they need, and prints why.
 *
 * @param lacking what is missing, or undefined where nothing is
 */
export function needs(lacking: string | undefined): void {
  before(function () {
    if (lacking === undefined) return;
    console.log(`      did not run: ${lacking}`);
    this.skip();
  });
}
