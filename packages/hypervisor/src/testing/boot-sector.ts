/** `boot-sector.s`, assembled. */
const code = [
  '31c08ed88ed0bc007c88160405c70600050000ba0206b80001efbeb27cac84c07405e87e00ebf68b1e0005b9',
  '0400c1c30488d8240f04303c3976020427e86300e2ecb00ae85c0066c70610051000010066c7061405000600',
  '00660fb706000566c1e00866a3180566c7061c05000000008a160405be1005b442cd138b1e6c04f4ba0006ed',
  'a900017510a16c0429d883f80272ecff060005eb8eba0406b80020eff4ebfd50bafd03eca82074fb58baf803',
  'eec3626f6f740a00',
];

/** The first sector of a disk whose guest counts on its serial line: `boot`, then `0000`, `0001` … */
export function bootSector(): Buffer {
  const sector = Buffer.alloc(512);
  Buffer.from(code.join(''), 'hex').copy(sector);
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}
