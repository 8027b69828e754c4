import { type Confine, findConfinement } from './confinement.ts';
import { requireTool } from './find-tool.ts';

/** The QEMU programs that read disks, and how they are kept in bounds. */
export interface QemuTools {
  readonly qemuImg: string;
  readonly qemuNbd: string;
  readonly confine: Confine;
}

/** @throws {TOOL_MISSING} */
export async function findQemuTools(searchPath: string): Promise<QemuTools> {
  const qemuImg = await requireTool('qemu-img', 'qemu-utils', searchPath);
  const qemuNbd = await requireTool('qemu-nbd', 'qemu-utils', searchPath);
  return { qemuImg, qemuNbd, confine: await findConfinement(searchPath) };
}
