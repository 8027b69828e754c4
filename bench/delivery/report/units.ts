const megabyte = 1e6;

/** In megabytes of 10⁶ bytes, as networks count. */
export function inMegabytes(bytes: number | undefined): string {
  if (bytes === undefined) return '';
  return (bytes / megabyte).toFixed(bytes < 100 * megabyte ? 2 : 1);
}

export function inSeconds(seconds: number | undefined): string {
  return seconds?.toFixed(seconds < 10 ? 2 : 1) ?? '';
}
