/**
 * Where the book that the method is from is wrong or contradicts itself, and what is done here instead. Results carry
 * the notes that bear on them.
 */
export const bookNotes = {
  A1: 'The book prints $385,000 for 3,285,000 kWh at $.10 (L3508); it is $328,500, as its own cooling example shows (L3520).',
  A2: 'The chart of the workload analysis draws 7,400 MHz (L4172) for the small host; its table and formula give 7,200.',
  A3: 'The table of the large host prints 32 GB (L4079); its threshold of 51.2 GB is 80 % of the 64 GB that the host has.',
  A4: 'The book gives an IDE disk 127 GB in one place (L1921) and 2,040 GB in another (L2871); the larger is its later table.',
  A5: 'The book prints 528.33 TB for 260 disks of 2,040 GB (L2876); they hold 530.4 TB (517.97 TiB).',
  A6: 'The book takes 700 Mbit/s for a gigabit adapter in Table 21-2 and 900 elsewhere (L3182, L3925); 900 is used here.',
  A7: 'The book states the probability of a risk as 1 to 100 (L1587) and as 1 to 10 (L5016); 1 to 100 is used here.',
  A8: 'The book calls kilowatt-hours kilowatts (L3491), then watts (L3517), and compares bytes per second (L3166) with megabits per second (L3182); energy is in kWh here, and bytes are multiplied by 8.',
  A9: 'The tables of the book do not take the 1 GB that it reserves for the parent (L3700) from the memory of a host; here it is taken before the threshold.',
} as const;
export type BookNoteId = keyof typeof bookNotes;

/** An error of the book that bears on a result. */
export interface BookNote {
  readonly id: BookNoteId;
  readonly text: string;
}

/** The notes by their ids. */
export function notesOf(...ids: readonly BookNoteId[]): BookNote[] {
  return ids.map((id) => ({ id, text: bookNotes[id] }));
}
