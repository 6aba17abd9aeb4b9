/** A moment as it stands in image names: `2025-07-02T08-43-48Z`, UTC, to the second. */
export function timestamp(moment: Date): string {
  return moment
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
}
