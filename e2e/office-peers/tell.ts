/** Answers whoever started this program. */
export function tell(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
