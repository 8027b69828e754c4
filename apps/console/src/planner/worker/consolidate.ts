import {
  assessConsolidation,
  type ConsolidationFinding,
  consolidationSettingsSchema,
  consolidationSheets,
  readInventory,
  readSamples,
  readSheets,
  SampleTable,
  type Sheet,
  writeSheets,
} from '@carrel/planner';

export interface ConsolidationRequest {
  /** Tables of servers and applications, or an export of RVTools. */
  readonly tables: readonly File[];
  /** Performance logs. */
  readonly samples: readonly File[];
  readonly host: 'small' | 'medium' | 'large';
}

export interface ConsolidationResult {
  readonly findings: readonly ConsolidationFinding[];
  /** The report; empty where errors keep it from being made. */
  readonly sheets: readonly Sheet[];
  /** The report as a workbook. */
  readonly workbook: Uint8Array<ArrayBuffer>;
}

/**
 * Reads what is known of servers, and assesses which can become guests, and where.
 *
 * @throws {SHEETS_DAMAGED}
 * @throws {SHEETS_TOO_LARGE}
 */
export async function consolidate({
  tables,
  samples,
  host,
}: ConsolidationRequest): Promise<ConsolidationResult> {
  const settings = consolidationSettingsSchema.parse({ host });
  const { signal } = new AbortController();
  const sheets = (await Promise.all(tables.map(sheetsOf))).flat();
  const { inventory, findings } = readInventory(sheets);
  const measured = new SampleTable(settings);
  const all = [...findings];
  for (const file of samples) {
    all.push(
      ...(await readSamples({ name: file.name, chunks: chunksOf(file) }, inventory, measured, signal)),
    );
  }
  if (all.some(({ severity }) => severity === 'error')) {
    return { findings: all, sheets: [], workbook: new Uint8Array() };
  }
  const assessment = assessConsolidation(inventory, measured, settings);
  const report = consolidationSheets({ ...assessment, findings: [...all, ...assessment.findings] });
  return {
    findings: [...all, ...assessment.findings],
    sheets: report,
    workbook: new Uint8Array(await writeSheets(report, 'xlsx')),
  };
}

async function sheetsOf(file: File): Promise<Sheet[]> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (/\.xlsx$/iu.test(file.name)) return readSheets(bytes, 'xlsx');
  const name = file.name.replace(/\.[^.]+$/u, '');
  return (await readSheets(bytes, 'csv')).map((sheet) => ({ ...sheet, name }));
}

/** Not every browser can iterate over a stream. */
async function* chunksOf(file: File): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
